package dev.outbox;

/** The payload of a message is not what its type says. No other attempt can help: the message is given up at once. */
public final class UndecodableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says which message; {@code cause} is what the codec said. */
    public UndecodableException(Message message, CodecException cause) {
        super("the payload of " + message + " cannot be decoded", cause);
    }
}
