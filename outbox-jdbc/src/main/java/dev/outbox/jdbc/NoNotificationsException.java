package dev.outbox.jdbc;

import java.io.Serial;

/** This database or driver will never notify. */
final class NoNotificationsException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    NoNotificationsException(String message) {
        super(message);
    }
}
