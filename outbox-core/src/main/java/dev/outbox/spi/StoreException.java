package dev.outbox.spi;

/**
 * The database did not do what was asked, or it is not known whether it did. The text names what was tried and what to do; it holds no payload, no header
 * value and no credential.
 */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what failed; {@code cause} says why. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Says what failed. */
    public StoreException(String message) {
        super(message);
    }
}
