package dev.outbox.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All leases and instances, as they stood when a {@link Heartbeat} had been applied.
 *
 * @param leases one for each slot, in the order of the slots
 * @param instances every instance that the table knows, alive or not
 */
public record LeaseTable(List<Lease> leases, List<Instance> instances) {
    /** Copies the lists. */
    public LeaseTable {
        leases = List.copyOf(leases);
        instances = List.copyOf(instances);
    }

    /**
     * The lease of one slot.
     *
     * @param slot 0 to 63
     * @param owner the instance that acquired it last and has not released it, or null
     * @param epoch raised by one at every acquisition
     * @param expired whether the owner's time had run out, by the database's clock; true when there is no owner
     */
    public record Lease(int slot, @Nullable String owner, long epoch, boolean expired) {}

    /**
     * A relay that gave a sign of life at some time.
     *
     * @param name its name
     * @param alive whether its time had not run out, by the database's clock
     * @param marker what it noted by {@link OutboxStore#mark} and has not taken back, or null
     */
    public record Instance(
            String name, boolean alive, @Nullable String marker) {}
}
