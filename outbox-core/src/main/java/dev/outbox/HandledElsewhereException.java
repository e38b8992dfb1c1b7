package dev.outbox;

/**
 * The message could not be handled because another transaction works on it or on the same rows (a lock wait, a deadlock, a serialization failure). Costs no
 * attempt; the message comes again after a short, jittered pause.
 */
public final class HandledElsewhereException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what was waited for; {@code cause} is the database's error. */
    public HandledElsewhereException(String message, Throwable cause) {
        super(message, cause);
    }
}
