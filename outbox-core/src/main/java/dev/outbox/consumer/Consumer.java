package dev.outbox.consumer;

import dev.outbox.Health;
import dev.outbox.internal.delivery.ConsumerEngine;
import dev.outbox.internal.delivery.EngineLoop;
import dev.outbox.internal.delivery.Subscriber;
import dev.outbox.internal.delivery.Threads;
import dev.outbox.spi.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the messages of a source, under a name.
 *
 * <pre>{@code
 * Consumer payments = Consumer.of(source, "payment")
 *         .handler(inbox.idempotent(this::recordPayment))
 *         .store(outbox.deliveries())
 *         .start();
 * }</pre>
 *
 * <p><strong>Order.</strong> Messages of one destination and key are handled one after another, others at the same time up to a bound (G7). A message that
 * fails holds back its key and nothing else: it is retried in memory at first, then waits in the store with the later ones of its key behind it, and the source
 * is told that they are finished, so that a long retry holds back no position and no other message.
 *
 * <p><strong>Attempts.</strong> The store counts them, for all processes of this name together (G8). What the policy gives up is a dead letter before the source
 * is told (G9). A lock wait and an interrupt cost nothing. A message that ends the process is found and charged, its neighbours are not.
 *
 * <p><strong>Outages.</strong> While the store fails, messages with a key are not handled, nothing is acknowledged that needed it, and the source is paused
 * when the buffer is full; then it goes on where it was.
 *
 * <p><strong>Batches.</strong> A batch handler gets messages of many keys, and runs of one key in order. A batch that fails is handled one by one, so that only the
 * culprit is charged.
 *
 * <p><strong>Without a store</strong> ({@link ConsumerBuilder#deadLettersTo}, {@link ConsumerBuilder#deadLettersBySource}) retries wait in memory, attempts are counted by each process, and a message that ends
 * processes is not found.
 *
 * <p>Thread-safe. Owns its source, and closes it; owns neither the store, nor a transport, nor an executor given to it. A process that is killed loses nothing: what it had not
 * acknowledged is delivered again.
 */
public final class Consumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

    /** What a consumer is doing. */
    public enum State {
        /** Built, not started. */
        NEW,
        /** Handling. */
        RUNNING,
        /** Waiting for handlers to end. */
        STOPPING,
        /** Closed. */
        CLOSED,
        /** Ended by an {@link Error}, which is in the log; handles nothing any more. */
        FAILED
    }

    private final ConsumerParts parts;
    private final ConsumerEngine engine;
    private final Thread loop;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CompletableFuture<State> whenEnded = new CompletableFuture<>();

    Consumer(ConsumerParts parts) {
        this.parts = parts;
        this.engine = new ConsumerEngine(
                parts.engine(), parts.source(), parts.sourceOptions(), parts.wallClock(), this::wake);
        EngineLoop engineLoop =
                new EngineLoop(engine, System::nanoTime, () -> endedAs(State.CLOSED), () -> endedAs(State.FAILED));
        this.loop = Threads.daemon("outbox-consumer-" + parts.name(), engineLoop);
    }

    /**
     * Begins to build a consumer.
     *
     * @param name the name of its inbox rows, attempts and dead letters; the same in all processes that share the work, and always. 1 to 255 bytes
     * @throws IllegalArgumentException if {@code name} is empty or too long
     */
    public static ConsumerBuilder of(Source source, String name) {
        return new ConsumerBuilder(Objects.requireNonNull(source, "source"), Subscriber.requireName("consumer", name));
    }

    /**
     * Begins to handle. Idempotent.
     *
     * @throws IllegalStateException if this consumer is closed
     */
    public Consumer start() {
        if (state.compareAndSet(State.NEW, State.RUNNING)) {
            LOG.info(
                    "Consumer {} handles as {}, {} with {}",
                    parts.name(),
                    parts.engine().instance(),
                    parts.semantics(),
                    parts.options());
            loop.start();
            parts.source().start(engine);
        } else if (state.get() != State.RUNNING) {
            throw new IllegalStateException("consumer " + parts.name() + " is closed");
        }
        return this;
    }

    /** What it is doing. */
    public State state() {
        return Objects.requireNonNull(state.get());
    }

    /** Its name. */
    public String name() {
        return parts.name();
    }

    /** The name of this process as the store shows it; see {@link ConsumerBuilder#instance}. */
    public String instance() {
        return parts.engine().instance();
    }

    /** What became of its messages, and what it has and sees; costs no I/O. */
    public ConsumerStatistics statistics() {
        Subscriber.Counters counters = parts.counters();
        ConsumerEngine.Figures figures = engine.figures();
        long nowNanos = System.nanoTime();
        return new ConsumerStatistics(
                state(),
                counters.handled(),
                counters.failed(),
                counters.retried(),
                counters.parked(),
                counters.dead(),
                counters.handledPerSecond(nowNanos),
                counters.failedPerSecond(nowNanos),
                counters.took(0.5),
                counters.took(0.99),
                lag(),
                figures.oldest().map(this::age),
                figures.waiting(),
                figures.buffered(),
                figures.bufferedBytes(),
                figures.paused(),
                figures.backlog());
    }

    /** How many messages at the broker are not finished, as the source knows it; costs no I/O. */
    public OptionalLong lag() {
        return parts.source().lag();
    }

    /** Whether it does its work, and if not, why; costs no I/O. */
    public Health health() {
        return ConsumerHealth.of(statistics(), engine.figures(), System.nanoTime());
    }

    /** Completes when the consumer has ended, with {@link State#CLOSED} or {@link State#FAILED}. */
    public CompletionStage<State> whenEnded() {
        return whenEnded.minimalCompletionStage();
    }

    private Duration age(Instant time) {
        Duration age = Duration.between(time, parts.wallClock().instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /**
     * Starts nothing any more, and waits for the handlers under way for {@link ConsumerOptions#closeTimeout}; then interrupts them, which costs their messages
     * nothing, and returns in any case within three seconds more, and what the source takes to close (G11). What was not handled is delivered again, here or
     * elsewhere. If the calling thread is interrupted, it does not wait any longer. Idempotent.
     */
    @Override
    public void close() {
        if (state.compareAndSet(State.NEW, State.CLOSED)) {
            engine.finish();
            end();
        } else if (state.compareAndSet(State.RUNNING, State.STOPPING)) {
            engine.stop();
        }
        awaitEnd();
    }

    private void wake() {
        LockSupport.unpark(loop);
    }

    /** On the engine's thread, as the last thing. */
    private void endedAs(State last) {
        end();
        state.set(last);
        LOG.info("Consumer {} as {} ended: {}", parts.name(), parts.engine().instance(), last);
        whenEnded.complete(last);
        ended.countDown();
    }

    private void end() {
        try {
            parts.source().close();
        } catch (RuntimeException thrown) {
            LOG.warn("The source of consumer {} did not close", parts.name(), thrown);
        }
        parts.threads().end();
        if (state.get() == State.CLOSED) {
            whenEnded.complete(State.CLOSED);
            ended.countDown();
        }
    }

    private void awaitEnd() {
        Duration most = parts.options().closeTimeout().plus(ConsumerEngine.LAST_CALLS.multipliedBy(3));
        try {
            if (!ended.await(most.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("Consumer {} closed while its source or calls of its store were under way", parts.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
