package dev.outbox.jdbc;

import dev.outbox.spi.FailureText;
import dev.outbox.spi.OutboxStore.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to know that something was published. Thread-safe. */
final class Hints {
    private static final Logger log = LoggerFactory.getLogger(Hints.class);

    private final List<Runnable> hints = new CopyOnWriteArrayList<>();
    private final AtomicBoolean warned = new AtomicBoolean();

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
                if (warned.compareAndSet(false, true)) {
                    log.warn("A hint that messages were published failed, said once: {}", FailureText.of(failed));
                }
                log.debug("A hint that messages were published failed", failed);
            }
        }
    }
}
