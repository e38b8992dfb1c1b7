package dev.outbox.faults.nemesis;

import dev.outbox.faults.nemesis.Span.Seconds;
import java.time.Duration;

/** What happens to processes. */
public final class ProcessFaults {
    /** A supervisor starts it again soon. */
    private static final Seconds DOWN = new Seconds(0.3, 3);
    /** Longer than the leases and the sessions with the brokers. */
    private static final Seconds HALTED = new Seconds(4, 8);

    private static final Seconds SHIFTED = new Seconds(3, 6);
    private static final Duration SHIFT = Duration.ofHours(1);

    private ProcessFaults() {}

    /** SIGKILL; it is started again. */
    public static Fault killed(Victim victim) {
        return Span.of("kill", victim, DOWN, Victim::kill, again -> again.start(Duration.ZERO));
    }

    /** SIGSTOP, and SIGCONT when others have taken its work. */
    public static Fault halted(Victim victim) {
        return Span.of("halt", victim, HALTED, Victim::halt, Victim::goOn);
    }

    /** It runs with a wall clock that is an hour ahead. */
    public static Fault ahead(Victim victim) {
        return shifted("clock ahead of", victim, SHIFT);
    }

    /** It runs with a wall clock that is an hour behind. */
    public static Fault behind(Victim victim) {
        return shifted("clock behind of", victim, SHIFT.negated());
    }

    private static Fault shifted(String verb, Victim victim, Duration shift) {
        return Span.of(verb, victim, SHIFTED, of -> restart(of, shift), of -> restart(of, Duration.ZERO));
    }

    private static void restart(Victim victim, Duration shift) {
        victim.kill();
        victim.start(shift);
    }
}
