package dev.outbox.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.inprocess.InProcessTransport.State;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outgoing;
import dev.outbox.testkit.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InProcessTransportTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final InMemoryStore store = InMemoryStore.create();
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final SubscriberOptions quick = SubscriberOptions.defaults()
            .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(3));
    private InProcessTransport transport;

    private InProcessTransport started(InProcessTransport.Builder builder) {
        transport = builder.start();
        return transport;
    }

    private void send(String id, String key) {
        Message message = Message.to("orders").id(id).key(key).text(id);
        transport.send(List.of(new Outgoing(1, message, Instant.EPOCH, 1)), (token, outcome) -> outcomes.add(outcome));
    }

    private Outcome outcome() throws InterruptedException {
        Outcome outcome = outcomes.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(outcome).as("an outcome within " + LONG).isNotNull();
        return outcome;
    }

    private static void await(CountDownLatch latch, String what) throws InterruptedException {
        assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS))
                .as(what + " within " + LONG)
                .isTrue();
    }

    @AfterEach
    void close() {
        if (transport != null) {
            transport.close();
        }
    }

    @Test
    void aFailingDeliveryIsRetriedUntilItIsHandled() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch handled = new CountDownLatch(1);
        started(InProcessTransport.over(store)
                .subscribe(
                        "orders",
                        "a",
                        delivery -> {
                            if (attempts.incrementAndGet() < 3) {
                                throw new IllegalStateException("not yet");
                            }
                            handled.countDown();
                        },
                        quick));
        send("m1", "k");
        assertThat(outcome()).isEqualTo(Outcome.CONFIRMED);
        await(handled, "the third attempt");
        assertThat(transport.statistics()).containsOnlyKeys("a");
    }

    @Test
    void theListenerIsToldOfADeadLetter() throws Exception {
        CountDownLatch dead = new CountDownLatch(1);
        started(InProcessTransport.over(store)
                .subscribe(
                        "orders",
                        "a",
                        delivery -> {
                            throw new IllegalStateException("never");
                        },
                        quick)
                .listener(new DeliveryListener() {
                    @Override
                    public void onDeadLetter(Delivery delivery, DeadReason reason, int attempts, String error) {
                        if (attempts == 3 && error.contains("never")) {
                            dead.countDown();
                        }
                    }
                }));
        send("m1", "k");
        await(dead, "a dead letter after three attempts");
        assertThat(transport.statistics().get("a").dead()).isOne();
    }

    @Test
    void manyMessagesOfManyKeysAreHandledOnceAndInOrder() throws Exception {
        int keys = 20;
        int each = 50;
        CountDownLatch handled = new CountDownLatch(keys * each);
        ConcurrentHashMap<String, Integer> last = new ConcurrentHashMap<>();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        started(InProcessTransport.over(store).subscribe("orders", "a", delivery -> {
            String[] id = delivery.message().id().split("/");
            int number = Integer.parseInt(id[1]);
            Integer before = last.put(id[0], number);
            if (number != (before == null ? 0 : before + 1)) {
                wrong.add(delivery.message().id());
            }
            handled.countDown();
        }));
        for (int number = 0; number < each; number++) {
            for (int key = 0; key < keys; key++) {
                send(key + "/" + number, Integer.toString(key));
            }
            for (int key = 0; key < keys; key++) {
                assertThat(outcome()).isEqualTo(Outcome.CONFIRMED);
            }
        }
        await(handled, "all messages");
        assertThat(wrong).isEmpty();
        assertThat(transport.statistics().get("a").handled()).isEqualTo((long) keys * each);
    }

    @Test
    void handlersRunOnTheGivenExecutorWhichStaysOpen() throws Exception {
        ExecutorService own = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        try {
            BlockingQueue<String> threads = new LinkedBlockingQueue<>();
            started(InProcessTransport.over(store)
                    .subscribe(
                            "orders",
                            "a",
                            delivery -> threads.add(Thread.currentThread().getName()))
                    .executor(own));
            send("m1", null);
            assertThat(threads.poll(20, TimeUnit.SECONDS)).isEqualTo("mine");
            transport.close();
            assertThat(own.isShutdown()).isFalse();
        } finally {
            own.shutdownNow();
        }
    }

    @Test
    void ownThreadsAreDaemonsNamedForTheirRole() throws Exception {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        started(InProcessTransport.over(store).subscribe("orders", "a", d -> threads.add(Thread.currentThread())));
        send("m1", null);
        Thread thread = threads.poll(20, TimeUnit.SECONDS);
        assertThat(thread.getName()).isEqualTo("outbox-inprocess-1");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void g11_closeInterruptsAHandlerThatHangsAndReturnsInTime() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        started(InProcessTransport.over(store)
                .subscribe("orders", "a", delivery -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                })
                .options(InProcessOptions.defaults().closeTimeout(Duration.ofMillis(100))));
        send("m1", "k");
        await(running, "a running handler");
        long begin = System.nanoTime();
        transport.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        await(interrupted, "an interrupt");
        assertThat(outcome()).isInstanceOf(Outcome.Unknown.class);
        assertThat(transport.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void anErrorOfAHandlerThatBreaksTheThreadDoesNotBreakTheTransport() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch handled = new CountDownLatch(1);
        started(InProcessTransport.over(store)
                .subscribe(
                        "orders",
                        "a",
                        delivery -> {
                            if (attempts.incrementAndGet() == 1) {
                                recurse(0);
                            }
                            handled.countDown();
                        },
                        quick));
        send("m1", "k");
        await(handled, "the second attempt");
        assertThat(transport.state()).isEqualTo(State.RUNNING);
    }

    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    @Test
    void sendingStartsIt() throws Exception {
        transport = InProcessTransport.over(store)
                .subscribe("orders", "a", delivery -> {})
                .build();
        assertThat(transport.state()).isEqualTo(State.NEW);
        send("m1", "k");
        assertThat(outcome()).isEqualTo(Outcome.CONFIRMED);
        assertThat(transport.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void aClosedTransportRefusesMessagesAsUnavailableAndIsNotStartedAgain() throws Exception {
        transport = InProcessTransport.over(store)
                .subscribe("orders", "a", delivery -> {})
                .build();
        transport.close();
        transport.close();
        assertThat(transport.state()).isEqualTo(State.CLOSED);
        send("m1", "k");
        assertThat(outcome()).isInstanceOf(Outcome.Unavailable.class);
        assertThatThrownBy(() -> transport.start()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void mistakesAreNamedWhenItIsBuilt() {
        InProcessTransport.Builder builder = InProcessTransport.over(store);
        assertThatThrownBy(builder::build).hasMessageContaining("no subscriber");
        builder.subscribe("orders", "a", delivery -> {});
        assertThatThrownBy(() -> builder.subscribe("orders", "a", delivery -> {}))
                .hasMessageContaining("'a' is subscribed to 'orders' already");
        assertThatThrownBy(() -> builder.subscribe("orders", "", delivery -> {}))
                .hasMessageContaining("name has 0 bytes");
        assertThatThrownBy(() -> builder.subscribe("o".repeat(256), "b", delivery -> {}))
                .hasMessageContaining("destination has 256 bytes");
        assertThatThrownBy(() -> quick.concurrency(0)).hasMessageContaining("concurrency 0 must be 1 to 1000");
    }

    @Test
    void optionsThatContradictEachOtherAreNamed() {
        InProcessOptions options = InProcessOptions.defaults();
        assertThatThrownBy(() -> options.claim(Duration.ZERO)).hasMessageContaining("claim PT0S");
        assertThatThrownBy(() -> options.patience(Duration.ofSeconds(2), Duration.ofSeconds(2)))
                .hasMessageContaining("takeOver PT2S must be less than sendTimeout PT2S");
        assertThatThrownBy(() -> options.poll(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("maxPoll PT1S must be at least minPoll PT2S");
        assertThatThrownBy(() -> options.maxPending(0)).hasMessageContaining("maxPending 0");
    }
}
