package dev.outbox.examples.plainjdbc;

/** Sends mail, when it is in the mood. */
@FunctionalInterface
public interface MailServer {
    /**
     * Sends one mail.
     *
     * @throws MailException if it did not work, or nobody knows whether it did
     */
    void send(String address, String text) throws MailException;

    /** The mail server is down, slow or confused. */
    final class MailException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Says what went wrong. */
        public MailException(String message) {
            super(message);
        }
    }
}
