package dev.outbox.examples.orderpipeline.gateway;

import dev.outbox.retry.RetryAfterHint;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The gateway did not do what it was asked, or did not say so: nobody knows whether money has moved. Asking again with the same key is safe. */
public final class GatewayException extends Exception implements RetryAfterHint {
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;

    GatewayException(String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
