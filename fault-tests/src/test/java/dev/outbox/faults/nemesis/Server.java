package dev.outbox.faults.nemesis;

/** A database or a broker that something can happen to. */
public interface Server {
    /** Its name. */
    String name();

    /** Ends it with SIGKILL. */
    void kill();

    /** Starts it again on its data, and returns when it answers. */
    void restart();

    /** Halts it with SIGSTOP: it accepts connections and answers nothing. */
    void freeze();

    /** Lets it go on after {@link #freeze()}. */
    void thaw();

    /** Whether it can be told to end the connections of its clients. */
    boolean endsConnections();

    /** Ends the connections of all of its clients. */
    void endConnections();
}
