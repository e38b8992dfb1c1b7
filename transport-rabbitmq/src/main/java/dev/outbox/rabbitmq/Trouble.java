package dev.outbox.rabbitmq;

import dev.outbox.spi.FailureText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands in the way, logged once for each change. Used by one thread. */
final class Trouble {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitSource.class);

    private final String what;
    private @Nullable String told;

    Trouble(String what) {
        this.what = what;
    }

    void met(String advice, Throwable cause) {
        if (!advice.equals(told)) {
            told = advice;
            LOG.warn("{}: {}; it goes on trying ({})", what, advice, FailureText.of(cause));
        }
    }

    void over() {
        if (told != null) {
            told = null;
            LOG.info("{}: that is over", what);
        }
    }
}
