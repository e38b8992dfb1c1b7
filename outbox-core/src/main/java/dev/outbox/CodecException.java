package dev.outbox;

/** A value could not be encoded, or a payload not decoded. Its text never holds the payload. */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what failed; {@code cause} says why. */
    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Says what failed. */
    public CodecException(String message) {
        super(message);
    }
}
