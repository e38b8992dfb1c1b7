package dev.outbox.publish;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets messages into an outbox while there is no {@link Pressure}. Thread-safe. */
public final class PressureGate extends Gate {
    private static final Logger LOG = LoggerFactory.getLogger(PressureGate.class);

    private final Pressure pressure;
    private final AtomicBoolean high = new AtomicBoolean();
    private final AtomicBoolean threw = new AtomicBoolean();
    private volatile String reason = "";

    /** An open gate. */
    public PressureGate(PressureLimit limit) {
        this(limit, System::nanoTime, Waiter.PARK);
    }

    PressureGate(PressureLimit limit, LongSupplier clock, Waiter waiter) {
        super(limit.whenHigh(), limit.maxWait(), clock, waiter);
        this.pressure = limit.pressure();
    }

    @Override
    boolean hasRoom(int wanted) {
        Optional<String> now = ask();
        now.ifPresent(text -> reason = text);
        if (high.compareAndSet(now.isEmpty(), now.isPresent())) {
            LOG.warn(
                    now.isPresent() ? "publishing slows down: {}" : "publishing goes on; it had slowed down: {}",
                    reason);
        }
        return now.isEmpty();
    }

    @Override
    String refusal(int wanted) {
        return reason + ": " + wanted + " messages were not published";
    }

    private Optional<String> ask() {
        try {
            return pressure.reason();
        } catch (RuntimeException thrown) {
            if (threw.compareAndSet(false, true)) {
                LOG.warn("a pressure threw and is taken for none; this is not said again", thrown);
            }
            return Optional.empty();
        }
    }
}
