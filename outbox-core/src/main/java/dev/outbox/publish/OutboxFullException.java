package dev.outbox.publish;

/** More messages are pending than the limit allows, or what receives them does not keep up; nothing of the refused call was stored. */
public final class OutboxFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutboxFullException(String message) {
        super(message);
    }
}
