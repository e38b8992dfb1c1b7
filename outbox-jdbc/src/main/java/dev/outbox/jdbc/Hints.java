package dev.outbox.jdbc;

import dev.outbox.spi.FailureText;
import dev.outbox.spi.OutboxStore.Registration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to know that something was published: relays in this process, and those who tell other processes. Thread-safe. */
final class Hints {
    private static final Logger log = LoggerFactory.getLogger(Hints.class);

    /** Who tells other processes. Called on publishing threads, so it must return at once. */
    interface Announcer {
        /** Something was published, and will be committed soon if at all. */
        void expect();

        /** Something was committed. */
        void announce();
    }

    private final String origin = UUID.randomUUID().toString();
    private final List<Runnable> relays = new CopyOnWriteArrayList<>();
    private final List<Announcer> announcers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean warned = new AtomicBoolean();

    /** By this a process knows its own notifications. */
    String origin() {
        return origin;
    }

    Registration register(Runnable relay) {
        relays.add(relay);
        return () -> relays.remove(relay);
    }

    Registration register(Announcer announcer) {
        announcers.add(announcer);
        return () -> announcers.remove(announcer);
    }

    /** A message was written in a transaction whose end we do not see, or see later. */
    void published() {
        wakeRelays();
        for (Announcer announcer : announcers) {
            announcer.expect();
        }
    }

    /** A transaction with messages was committed. */
    void committed() {
        wakeRelays();
        for (Announcer announcer : announcers) {
            announcer.announce();
        }
    }

    /** A hint that fails must not fail the publisher: the message is stored, and a poll finds it. */
    void wakeRelays() {
        for (Runnable relay : relays) {
            try {
                relay.run();
            } catch (RuntimeException failed) {
                if (warned.compareAndSet(false, true)) {
                    log.warn("A hint that messages were published failed, said once: {}", FailureText.of(failed));
                }
                log.debug("A hint that messages were published failed", failed);
            }
        }
    }
}
