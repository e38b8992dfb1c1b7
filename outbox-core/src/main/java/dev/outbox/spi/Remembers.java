package dev.outbox.spi;

import java.time.Duration;

/** A handler that handles a message once although it comes again, and forgets after a time that it did. A consumer checks its own times against this one. */
public interface Remembers {
    /** For how long it remembers what it handled. */
    Duration retention();
}
