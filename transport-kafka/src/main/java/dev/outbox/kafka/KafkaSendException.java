package dev.outbox.kafka;

import org.jspecify.annotations.Nullable;

/** A record that Kafka has not confirmed; the message says what to do. */
final class KafkaSendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KafkaSendException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
