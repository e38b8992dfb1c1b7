package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.Message;
import dev.outbox.jdbc.JdbcOptions;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.publish.OutboxFullException;
import dev.outbox.publish.PendingLimit;
import dev.outbox.relay.Relay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Publishers that are faster than the destination, and a limit of pending messages that blocks, refuses or drops: what became of each publish is counted, what was accepted
 * arrives in order, and nothing else does (G1, G3).
 */
@Timeout(300)
class PendingLimitLoadIT {
    private static final int LIMIT = 500;
    private static final int RATE = 200;
    private static final int PUBLISHERS = 4;
    /** The least time of overload; it lasts until the limit is reached. */
    private static final Duration OVERLOAD = Duration.ofSeconds(4);

    private static final Duration MOST_OVERLOAD = Duration.ofSeconds(60);
    /** What publishers may add between two looks of the gate, and rows that are confirmed and not yet deleted. */
    private static final int SLACK = 200;

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong tried = new AtomicLong();
    private final AtomicLong mostPending = new AtomicLong();
    private final Sink sink = Sink.confirming();

    @Test
    void g1_aLimitThatBlocksSlowsPublishersDownToTheDestination() throws Exception {
        Outcome outcome = overload(PendingLimit.block(LIMIT, Duration.ofSeconds(30)), false);

        assertThat(refused.get()).isZero();
        assertThat(accepted.get()).as("accepted").isEqualTo(tried.get()).isLessThan((long)
                (LIMIT + SLACK + RATE * (outcome.overloadSeconds() + 2)));
        assertThat(outcome.arrived()).isEqualTo(accepted.get());
    }

    @Test
    void g1_aLimitThatRefusesSaysSoAndStoresNothing() throws Exception {
        Outcome outcome = overload(PendingLimit.refuse(LIMIT), false);

        assertThat(refused.get()).isPositive();
        assertThat(accepted.get() + refused.get()).isEqualTo(tried.get());
        assertThat(outcome.arrived()).isEqualTo(accepted.get());
    }

    @Test
    void g1_aLimitThatDropsCountsWhatItDropped() throws Exception {
        Outcome outcome = overload(PendingLimit.drop(LIMIT), true);

        assertThat(outcome.dropped()).isPositive();
        assertThat(refused.get()).isZero();
        assertThat(accepted.get()).isEqualTo(tried.get());
        assertThat(outcome.arrived() + outcome.dropped())
                .as("arrived and dropped")
                .isEqualTo(accepted.get());
    }

    private record Outcome(long arrived, long dropped, double overloadSeconds) {}

    private Outcome overload(PendingLimit limit, boolean droppable) throws Exception {
        try (LoadDatabase database = LoadDatabase.create(JdbcOptions.defaults().pendingLimit(limit));
                Relay relay = Relay.from(database.outbox().store())
                        .to(sink)
                        .rateLimit("d", RATE)
                        .start()) {
            long begin = System.nanoTime();
            publish(database, () -> isOverloading(begin, limit, database.outbox()), droppable);
            double overloadSeconds = Figures.seconds(System.nanoTime() - begin);
            long stored = accepted.get() - database.outbox().dropped();
            await("all that was accepted has arrived")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> sink.arrivals().count() == stored);
            await("all is settled").atMost(Duration.ofSeconds(60)).until(() -> database.count("outbox_message") == 0);
            Figures.print(
                    "pending limit %d, %s: %d tried, %d accepted, %d refused, %d dropped, %d arrived, at most %d pending",
                    LIMIT,
                    limit.whenFull(),
                    tried.get(),
                    accepted.get(),
                    refused.get(),
                    database.outbox().dropped(),
                    sink.arrivals().count(),
                    mostPending.get());
            assertThat(mostPending.get()).as("pending").isBetween(LIMIT / 2L, (long) LIMIT + SLACK);
            assertThat(sink.arrivals().disorder()).isEmpty();
            assertThat(relay.statistics().dead()).isZero();
            return new Outcome(sink.arrivals().count(), database.outbox().dropped(), overloadSeconds);
        }
    }

    /** Publishes as fast as it can from several threads, and notes the most that were seen pending. */
    private void publish(LoadDatabase database, BooleanSupplier goesOn, boolean droppable) throws Exception {
        ExecutorService publishers = Executors.newFixedThreadPool(PUBLISHERS);
        List<Future<?>> all = new ArrayList<>();
        for (int publisher = 0; publisher < PUBLISHERS; publisher++) {
            String key = "key-" + publisher;
            all.add(publishers.submit(() -> {
                for (int number = 1; goesOn.getAsBoolean(); number++) {
                    publishOne(database.outbox(), key, number, droppable);
                }
            }));
        }
        for (Future<?> each : all) {
            while (!isDone(each)) {
                mostPending.accumulateAndGet(database.count("outbox_message"), Math::max);
            }
        }
        publishers.shutdown();
    }

    private boolean isOverloading(long beginNanos, PendingLimit limit, JdbcOutbox outbox) {
        long passed = System.nanoTime() - beginNanos;
        return passed < OVERLOAD.toNanos() || passed < MOST_OVERLOAD.toNanos() && !isReached(limit, outbox);
    }

    private boolean isReached(PendingLimit limit, JdbcOutbox outbox) {
        return mostPending.get() >= LIMIT / 2
                && (limit.whenFull() == PendingLimit.WhenFull.BLOCK || refused.get() + outbox.dropped() > 0);
    }

    private static boolean isDone(Future<?> publisher) throws InterruptedException, ExecutionException {
        try {
            publisher.get(20, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void publishOne(JdbcOutbox outbox, String key, int number, boolean droppable) {
        Message.Builder builder = Message.to("d").id(key + "#" + number).key(key);
        Message message = (droppable ? builder.droppable() : builder).text("x");
        tried.incrementAndGet();
        try {
            outbox.transaction(tx -> {
                outbox.publish(tx, message);
                return message;
            });
            accepted.incrementAndGet();
        } catch (OutboxFullException e) {
            refused.incrementAndGet();
        }
    }
}
