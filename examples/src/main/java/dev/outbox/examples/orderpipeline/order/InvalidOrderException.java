package dev.outbox.examples.orderpipeline.order;

/** A line of the input is not an order; the message says why, for the person who sent it. */
public final class InvalidOrderException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong. */
    public InvalidOrderException(String reason) {
        super(reason);
    }
}
