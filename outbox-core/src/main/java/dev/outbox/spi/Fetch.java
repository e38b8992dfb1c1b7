package dev.outbox.spi;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One exact read of {@code outbox_message}; see {@link OutboxStore#fetch}.
 *
 * @param readers what to read; general readers of distinct slots, and readers of single destinations or keys
 * @param excludedDestinations destinations that general readers pass over
 * @param excludedKeys keys that general readers, and readers of their destination, pass over
 * @param held positions that need not be returned; ascending
 * @param maxBytes the sum of the payloads to load, in bytes; at least one row of every reader is loaded all the same
 */
public record Fetch(
        List<Reader> readers,
        Set<String> excludedDestinations,
        Set<KeyRef> excludedKeys,
        List<Long> held,
        long maxBytes) {
    /** Copies the collections. */
    public Fetch {
        readers = List.copyOf(readers);
        excludedDestinations = Set.copyOf(excludedDestinations);
        excludedKeys = Set.copyOf(excludedKeys);
        Objects.requireNonNull(held, "held");
    }
}
