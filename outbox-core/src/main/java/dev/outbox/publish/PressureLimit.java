package dev.outbox.publish;

import dev.outbox.publish.PendingLimit.WhenFull;
import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of a publish under {@link Pressure}. Immutable.
 *
 * <p>A publish that waits does so inside the caller's transaction and before its insert: what is in the outbox, and its order, is not touched. What other processes
 * publish is limited there.
 *
 * @param pressure when to slow down
 * @param whenHigh what becomes of a publish then
 * @param maxWait how long {@link WhenFull#BLOCK} waits at the most before it refuses; 1 ms to 1 hour
 */
public record PressureLimit(Pressure pressure, WhenFull whenHigh, Duration maxWait) {
    /** @throws IllegalArgumentException if the time is out of its bounds */
    public PressureLimit {
        Objects.requireNonNull(pressure, "pressure");
        Objects.requireNonNull(whenHigh, "whenHigh");
        if (maxWait.compareTo(Duration.ofMillis(1)) < 0 || maxWait.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("maxWait " + maxWait + " must be 1 ms to 1 hour");
        }
    }

    /** Waits up to {@code maxWait} for the pressure to go. */
    public static PressureLimit block(Pressure pressure, Duration maxWait) {
        return new PressureLimit(pressure, WhenFull.BLOCK, maxWait);
    }

    /** Refuses. */
    public static PressureLimit refuse(Pressure pressure) {
        return new PressureLimit(pressure, WhenFull.REFUSE, Duration.ofMillis(1));
    }

    /** Drops what is droppable and refuses the rest. */
    public static PressureLimit drop(Pressure pressure) {
        return new PressureLimit(pressure, WhenFull.DROP, Duration.ofMillis(1));
    }
}
