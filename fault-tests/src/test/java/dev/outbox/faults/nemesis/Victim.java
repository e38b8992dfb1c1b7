package dev.outbox.faults.nemesis;

import java.time.Duration;

/** A process that something can happen to. */
public interface Victim {
    /** Its name. */
    String name();

    /** Ends it with SIGKILL. */
    void kill();

    /** Starts it again, with a wall clock that is off by so much. */
    void start(Duration clock);

    /** Halts it with SIGSTOP. */
    void halt();

    /** Lets it go on after {@link #halt()}. */
    void goOn();
}
