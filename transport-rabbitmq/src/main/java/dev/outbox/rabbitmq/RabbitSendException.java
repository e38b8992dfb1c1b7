package dev.outbox.rabbitmq;

import org.jspecify.annotations.Nullable;

/** A message that RabbitMQ has not confirmed; the text says what to do. */
final class RabbitSendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RabbitSendException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
