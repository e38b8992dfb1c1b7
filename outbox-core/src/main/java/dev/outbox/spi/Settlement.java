package dev.outbox.spi;

import java.util.List;
import java.util.Map;

/**
 * Changes that only the owner of a slot may make.
 *
 * @param instance who claims to own the slots
 * @param epochs the slots of the changes, with the epoch at which {@code instance} acquired them
 * @param changes what to change, in order
 */
public record Settlement(String instance, Map<Integer, Long> epochs, List<Change> changes) {
    /** Copies the collections. */
    public Settlement {
        epochs = Map.copyOf(epochs);
        changes = List.copyOf(changes);
    }
}
