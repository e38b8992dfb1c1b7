package dev.outbox.jdbc;

import dev.outbox.spi.Fetch;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Reader;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the readers of one fetch share: what is passed over, and the bytes that all of them may load together. For one thread. */
final class FetchBudget {
    private final Fetch fetch;
    private final Set<Long> held;
    private long bytes;

    FetchBudget(Fetch fetch) {
        this.fetch = fetch;
        this.held = new HashSet<>(fetch.held());
    }

    int heldRows() {
        return held.size();
    }

    boolean isHeld(long position) {
        return held.contains(position);
    }

    /** Whether a row of this size may be loaded; if so, its bytes are spent. */
    boolean spend(long size, boolean firstOfReader) {
        if (!firstOfReader && bytes + size > fetch.maxBytes()) {
            return false;
        }
        bytes += size;
        return true;
    }

    boolean isChosen(Reader reader, long position, String destination, @Nullable String key) {
        return passes(reader, destination, key) && !isHeld(position);
    }

    /** Whether readers choose all rows that are not held. */
    boolean choosesAll(Reader reader) {
        return reader.destination() == null
                && fetch.excludedDestinations().isEmpty()
                && fetch.excludedKeys().isEmpty();
    }

    private boolean passes(Reader reader, String destination, @Nullable String key) {
        if (reader.destination() == null) {
            return !fetch.excludedDestinations().contains(destination) && !isExcluded(destination, key);
        }
        if (!reader.destination().equals(destination)) {
            return false;
        }
        return reader.key() == null
                ? !isExcluded(destination, key)
                : reader.key().equals(key);
    }

    private boolean isExcluded(String destination, @Nullable String key) {
        return key != null && fetch.excludedKeys().contains(new KeyRef(destination, key));
    }
}
