package dev.outbox.tool;

/** The person said no, or nobody is there to say yes. */
final class NotConfirmedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotConfirmedException(String message) {
        super(message);
    }
}
