package dev.outbox.redis;

import org.jspecify.annotations.Nullable;

/** A message that Redis has not taken; the text says what to do. */
final class RedisSendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisSendException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
