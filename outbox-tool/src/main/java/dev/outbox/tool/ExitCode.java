package dev.outbox.tool;

/** What the process ends with, for scripts. */
final class ExitCode {
    static final int DONE = 0;
    /** The tables differ, there is no such dead letter. */
    static final int NOT_SO = 1;

    static final int USAGE = 2;
    /** The database could not be reached, or refused. */
    static final int FAILED = 3;

    static final int NOT_CONFIRMED = 4;

    private ExitCode() {}
}
