package dev.outbox.internal.delivery;

import dev.outbox.retry.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Calls of the store that are made again, after jittered pauses, until they succeed or nobody wants their result any more. Belongs to the engine's thread. */
final class Trials {
    private static final Backoff AFTER_FAILURE =
            Backoff.exponential(Duration.ofMillis(100)).cap(Duration.ofSeconds(5));

    /** A call that failed. */
    private record Failed(Alarm at, Runnable again) {}

    private final EngineClock clock;
    private final StoreCalls calls;
    private final RandomGenerator random;
    private final List<Failed> failed = new ArrayList<>();

    Trials(EngineTools tools, StoreCalls calls) {
        this.clock = tools.clock();
        this.calls = calls;
        this.random = tools.parts().random();
    }

    /** Calls until it succeeds. */
    <T> void call(Supplier<T> command, Consumer<T> onDone) {
        call(command, onDone, () -> true, () -> {});
    }

    /** Calls until it succeeds; {@code onUnwanted} follows instead when {@code wanted} says no before a call is made again. */
    <T> void call(Supplier<T> command, Consumer<T> onDone, BooleanSupplier wanted, Runnable onUnwanted) {
        call(command, onDone, wanted, onUnwanted, 1);
    }

    /** Makes again what is due. */
    void step() {
        List<Failed> due =
                failed.stream().filter(one -> one.at().isDue(clock.nanos())).toList();
        failed.removeAll(due);
        due.forEach(one -> one.again().run());
    }

    long idleNanos(long nowNanos) {
        long idle = Long.MAX_VALUE;
        for (Failed one : failed) {
            idle = Math.min(idle, one.at().remainingNanos(nowNanos));
        }
        return idle;
    }

    private <T> void call(
            Supplier<T> command, Consumer<T> onDone, BooleanSupplier wanted, Runnable onUnwanted, int attempt) {
        calls.call(command, onDone, failure -> {
            Alarm at = new Alarm();
            at.setAt(clock.nanos() + AFTER_FAILURE.delayNanos(Math.min(attempt, 30), 0, random));
            failed.add(new Failed(at, () -> {
                if (wanted.getAsBoolean()) {
                    call(command, onDone, wanted, onUnwanted, attempt + 1);
                } else {
                    onUnwanted.run();
                }
            }));
        });
    }
}
