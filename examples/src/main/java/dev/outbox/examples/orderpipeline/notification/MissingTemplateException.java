package dev.outbox.examples.orderpipeline.notification;

/** Nobody has written a text in the customer's language yet. Trying again does not help; a person does. */
public final class MissingTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingTemplateException(String message) {
        super(message);
    }
}
