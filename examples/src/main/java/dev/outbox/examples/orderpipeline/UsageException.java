package dev.outbox.examples.orderpipeline;

/** What was typed makes no sense; the message says why, for the person who typed it. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
