package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.Depth;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An outbox at work: threads publish numbered messages, each thread to keys of its own, and two relays send them. Of each key now and then an attempt fails, and now and then a message dies.
 * {@link #stop} then checks that none was lost and that the order was kept.
 */
final class LoadedOutbox implements Transport {
    private static final Duration BOUND = Duration.ofSeconds(60);
    /** No divisor of the others: every key has its share of failures. */
    private static final int KEYS = 7;

    private static final int DEAD_EVERY = 50;
    private static final int FAILED_EVERY = 20;
    /** A few hundred messages a second, which relays keep up with on a busy machine too. */
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final JdbcOutbox outbox;
    private final List<Relay> relays = new ArrayList<>();
    private final List<Thread> publishers = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Map<String, List<Integer>> arrived = new ConcurrentHashMap<>();
    private final AtomicInteger published = new AtomicInteger();
    private volatile boolean stopping;

    private LoadedOutbox(JdbcOutbox outbox) {
        this.outbox = outbox;
    }

    static LoadedOutbox start(JdbcOutbox outbox, int threads) {
        LoadedOutbox loaded = new LoadedOutbox(outbox);
        RelayOptions options = RelayOptions.defaults()
                .retry(RetryPolicy.fixed(Duration.ofMillis(5)).maxAttempts(3))
                .lease(Duration.ofSeconds(2));
        for (String name : List.of("one", "two")) {
            loaded.relays.add(Relay.from(outbox.store())
                    .to(loaded)
                    .name(name)
                    .options(options)
                    .start());
        }
        for (int i = 0; i < threads; i++) {
            String thread = "p" + i + "-";
            loaded.publishers.add(new Thread(() -> loaded.publish(thread)));
        }
        loaded.publishers.forEach(Thread::start);
        return loaded;
    }

    int published() {
        return published.get();
    }

    /** Returns when so many more were published. */
    void awaitMore(int count) {
        int until = published.get() + count;
        await(() -> published.get() >= until, "more messages are published");
    }

    private void await(java.util.function.BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean() && failures.isEmpty()) {
            assertThat(System.nanoTime()).as(what + " within " + BOUND).isLessThan(deadline);
            Passing.pass(Duration.ofMillis(5));
        }
        assertThat(failures).isEmpty();
    }

    private void publish(String thread) {
        try {
            for (int number = 0; !stopping; number++) {
                Message message =
                        Message.to("orders").key(thread + number % KEYS).text("" + number);
                outbox.transaction(tx -> {
                    outbox.publish(tx, message);
                    return true;
                });
                published.incrementAndGet();
                Passing.pass(PAUSE);
            }
        } catch (RuntimeException | Error failed) {
            failures.add(failed);
        }
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        for (Outgoing sending : batch) {
            outcomes.onOutcome(sending.token(), outcome(sending));
        }
    }

    private Outcome outcome(Outgoing sending) {
        Message message = sending.message();
        int number = Integer.parseInt(message.payload().toUtf8String());
        if (number % DEAD_EVERY == 0) {
            return new Outcome.Rejected(new IllegalArgumentException("never"));
        }
        if (number % FAILED_EVERY == 1 && sending.attempt() == 1) {
            return new Outcome.Failed(new IllegalStateException("not now"));
        }
        arrived.computeIfAbsent(message.key().orElseThrow(), key -> new CopyOnWriteArrayList<>())
                .add(number);
        return Outcome.CONFIRMED;
    }

    /** Publishes no more, waits until nothing is left to send, and checks the rest. */
    void stop() {
        stopping = true;
        publishers.forEach(Threads::join);
        long deadline = System.nanoTime() + BOUND.toNanos();
        for (Depth left = depth(); left.pending() + left.parked() > 0; left = depth()) {
            assertThat(System.nanoTime())
                    .as("nothing is left to send within %s, but %s", BOUND, left)
                    .isLessThan(deadline);
            Passing.pass(Duration.ofMillis(20));
        }
        assertThat(failures).isEmpty();
        relays.forEach(Relay::close);
        long sent = arrived.values().stream()
                .mapToLong(numbers -> numbers.stream().distinct().count())
                .sum();
        long dead = outbox.deadLetters().count(DeadLetterQuery.all());
        assertThat(sent + dead).as("messages sent and dead").isEqualTo(published.get());
        assertThat(dead).as("some died").isPositive();
        arrived.forEach((key, numbers) -> assertThat(numbers.stream().distinct().toList())
                .as("first occurrences of key %s, in order", key)
                .isSorted());
    }

    private Depth depth() {
        return outbox.store().depth(1_000_000);
    }

    @Override
    public void close() {
        stopping = true;
        relays.forEach(relay -> relay.close(Duration.ofNanos(TimeUnit.SECONDS.toNanos(5))));
    }
}
