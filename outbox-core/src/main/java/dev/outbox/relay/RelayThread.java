package dev.outbox.relay;

import dev.outbox.relay.Relay.State;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the engine's step in a loop, parks when there is nothing to do, and ends it in good order. */
final class RelayThread implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final long FAULT_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LEAVE_TIMEOUT_NANOS = Duration.ofSeconds(1).toNanos();

    private final RelayParts parts;
    private final RelayThreads threads;
    private final Set<Transport> transports;
    private final AtomicReference<State> state;
    private final RelayEngine engine;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CompletableFuture<State> whenEnded = new CompletableFuture<>();
    private volatile long closeByNanos;
    private volatile int held;
    private volatile int inFlight;
    private OutboxStore.@Nullable Registration hints;

    RelayThread(RelayParts parts, RelayThreads threads, Set<Transport> transports, AtomicReference<State> state) {
        this.parts = parts;
        this.threads = threads;
        this.transports = transports;
        this.state = state;
        this.thread = new Thread(this, "outbox-relay-" + parts.name());
        this.thread.setDaemon(true);
        this.engine = new RelayEngine(parts, System.nanoTime(), () -> LockSupport.unpark(thread));
    }

    RelayEngine engine() {
        return engine;
    }

    int held() {
        return held;
    }

    int inFlight() {
        return inFlight;
    }

    void start() {
        LOG.info("relay {} starts with {}", parts.name(), parts.options());
        thread.start();
    }

    /** Ends the loop within {@code timeout} and about a second. */
    void close(Duration timeout) {
        closeByNanos = System.nanoTime()
                + Math.min(timeout.toNanos(), Duration.ofDays(1).toNanos());
        if (state.compareAndSet(State.RUNNING, State.STOPPING)) {
            LockSupport.unpark(thread);
        }
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        long until = closeByNanos + 2 * LEAVE_TIMEOUT_NANOS;
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            try {
                if (ended.await(left, TimeUnit.NANOSECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            engine.meter.state(State.RUNNING);
            warnOfForgetfulSettings();
            complainOfTables();
            hints = parts.store().onPublish(engine::hint);
            loop();
            leave();
            state.set(State.CLOSED);
            LOG.info("relay {} ended", parts.name());
        } catch (Error e) {
            state.set(State.FAILED);
            LOG.error("relay {} failed; another relay takes over when its leases have run out", parts.name(), e);
            throw e;
        } finally {
            if (hints != null) {
                hints.close();
            }
            threads.shutdown();
            engine.meter.state(Objects.requireNonNull(state.get()));
            endedAs(Objects.requireNonNull(state.get()));
            ended.countDown();
        }
    }

    CompletionStage<State> whenEnded() {
        return whenEnded.minimalCompletionStage();
    }

    void endedAs(State last) {
        whenEnded.complete(last);
    }

    private void loop() {
        boolean stopping = false;
        while (true) {
            if (!stopping && state.get() == State.STOPPING) {
                stopping = true;
                engine.meter.state(State.STOPPING);
                engine.stop();
            }
            int work = step();
            if (stopping && (engine.isQuiet() || System.nanoTime() - closeByNanos >= 0)) {
                return;
            }
            if (work == 0) {
                long wait = engine.nanosUntilStep(System.nanoTime());
                if (stopping) {
                    wait = Math.min(wait, Math.max(0, closeByNanos - System.nanoTime()));
                }
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                }
            }
        }
    }

    private int step() {
        try {
            int work = engine.step(System.nanoTime());
            held = engine.memory.size();
            inFlight = engine.dispatcher.inFlightCount();
            return work;
        } catch (RuntimeException e) {
            LOG.error("relay {} met a fault of its own and goes on: {}", parts.name(), FailureText.of(e), e);
            LockSupport.parkNanos(FAULT_PAUSE_NANOS);
            return 0;
        }
    }

    private void complainOfTables() {
        try {
            for (String difference : parts.store().schemaDifferences()) {
                LOG.error("relay {}: {}", parts.name(), difference);
            }
        } catch (RuntimeException e) {
            LOG.debug("the tables could not be looked at: {}", FailureText.of(e));
        }
    }

    private void warnOfForgetfulSettings() {
        try {
            for (String warning : parts.store().durabilityWarnings()) {
                LOG.warn("relay {}: {}", parts.name(), warning);
            }
            for (Transport transport : transports) {
                for (String warning : transport.durabilityWarnings()) {
                    LOG.warn("relay {}: {}", parts.name(), warning);
                }
            }
        } catch (RuntimeException e) {
            LOG.debug("settings could not be looked at: {}", FailureText.of(e));
        }
    }

    /** Gives the slots up, if the store answers in time. */
    private void leave() {
        CountDownLatch left = new CountDownLatch(1);
        threads.execute(() -> {
            try {
                parts.store().leave(parts.name());
            } catch (RuntimeException e) {
                LOG.debug("slots could not be given up: {}", FailureText.of(e));
            } finally {
                left.countDown();
            }
        });
        try {
            if (!left.await(LEAVE_TIMEOUT_NANOS, TimeUnit.NANOSECONDS)) {
                LOG.debug("the store did not answer in time; the leases will run out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
