package dev.outbox.jdbc;

import dev.outbox.spi.OutboxStore.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to know that something was published. Thread-safe. */
final class Hints {
    private static final Logger log = LoggerFactory.getLogger(Hints.class);

    private final List<Runnable> hints = new CopyOnWriteArrayList<>();

    Registration register(Runnable hint) {
        hints.add(hint);
        return () -> hints.remove(hint);
    }

    /** A hint that fails must not fail the publisher: the message is stored, and a poll finds it. */
    void give() {
        for (Runnable hint : hints) {
            try {
                hint.run();
            } catch (RuntimeException failed) {
                log.warn("A hint that messages were published failed", failed);
            }
        }
    }
}
