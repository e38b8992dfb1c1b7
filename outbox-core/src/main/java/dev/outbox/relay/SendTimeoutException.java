package dev.outbox.relay;

import java.time.Duration;

/** A transport gave no outcome in time. */
final class SendTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SendTimeoutException(Duration timeout) {
        super("no outcome within " + timeout.toMillis() + " ms");
    }
}
