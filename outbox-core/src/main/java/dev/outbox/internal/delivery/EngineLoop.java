package dev.outbox.internal.delivery;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps an engine until it is finished, and sleeps while there is nothing to do. A permit given while it is awake makes the next sleep end at once. */
public final class EngineLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);
    private static final long PAUSE_AFTER_FAULT_NANOS = Duration.ofMillis(100).toNanos();

    private final Engine engine;
    private final LongSupplier nanoClock;
    private final Runnable onEnd;
    private final Runnable onError;

    /**
     * A loop that has not begun.
     *
     * @param onEnd called when the engine is finished
     * @param onError called instead when an {@link Error} ended it
     */
    public EngineLoop(Engine engine, LongSupplier nanoClock, Runnable onEnd, Runnable onError) {
        this.engine = engine;
        this.nanoClock = nanoClock;
        this.onEnd = onEnd;
        this.onError = onError;
    }

    @Override
    public void run() {
        try {
            while (!engine.isFinished()) {
                if (step() == 0 && !engine.isFinished()) {
                    sleep(engine.idleNanos(nanoClock.getAsLong()));
                }
            }
            onEnd.run();
        } catch (Error error) {
            LOG.error("The delivery engine ended with an error", error);
            engine.finish();
            onError.run();
            throw error;
        }
    }

    private int step() {
        try {
            return engine.step(nanoClock.getAsLong());
        } catch (RuntimeException fault) {
            LOG.warn("A step of the delivery engine failed; it goes on", fault);
            LockSupport.parkNanos(this, PAUSE_AFTER_FAULT_NANOS);
            return 1;
        }
    }

    /** Nobody interrupts this thread to stop it; a stray interrupt must not turn sleeping into spinning. */
    private void sleep(long nanos) {
        LockSupport.parkNanos(this, nanos);
        Thread.interrupted();
    }
}
