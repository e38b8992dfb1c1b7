package dev.outbox.rabbitmq;

import java.io.IOException;

/** Somebody else reads the queue. */
final class StandbyException extends IOException {
    private static final long serialVersionUID = 1L;

    StandbyException() {
        super("the queue has another consumer");
    }
}
