package dev.outbox.testkit;

import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code outbox_lease} and {@code outbox_instance}. */
final class LeaseRows {
    private static final long FORGET_AFTER_NANOS = Duration.ofHours(1).toNanos();

    private record LeaseRow(@Nullable String owner, long epoch, long expiresNanos) {
        boolean isOf(String instance, long atEpoch) {
            return instance.equals(owner) && epoch == atEpoch;
        }
    }

    private record InstanceRow(long expiresNanos, @Nullable String marker) {}

    private final DatabaseClock clock;
    private final List<LeaseRow> leases = new ArrayList<>(Slot.COUNT);
    private final Map<String, InstanceRow> instances = new TreeMap<>();

    LeaseRows(DatabaseClock clock) {
        this.clock = clock;
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            leases.add(new LeaseRow(null, 0, 0));
        }
    }

    LeaseTable heartbeat(Heartbeat heartbeat) {
        String instance = heartbeat.instance();
        long expiresNanos = clock.after(heartbeat.lease());
        heartbeat.release().forEach((slot, epoch) -> release(instance, slot, epoch));
        heartbeat.renew().forEach((slot, epoch) -> renew(instance, slot, epoch, expiresNanos));
        heartbeat.acquire().forEach(slot -> acquire(instance, slot, expiresNanos));
        InstanceRow known = instances.get(instance);
        instances.put(instance, new InstanceRow(expiresNanos, known == null ? null : known.marker()));
        instances.entrySet().removeIf(row -> isForgotten(row.getKey(), row.getValue()));
        return table();
    }

    void leave(String instance) {
        leases.replaceAll(lease -> instance.equals(lease.owner()) ? new LeaseRow(null, lease.epoch(), 0) : lease);
        instances.remove(instance);
    }

    void mark(String instance, @Nullable String marker) {
        instances.computeIfPresent(instance, (name, row) -> new InstanceRow(row.expiresNanos(), marker));
    }

    boolean owns(String instance, int slot, long epoch) {
        return leases.get(slot).isOf(instance, epoch);
    }

    private void release(String instance, int slot, long epoch) {
        if (owns(instance, slot, epoch)) {
            leases.set(slot, new LeaseRow(null, epoch, 0));
        }
    }

    private void renew(String instance, int slot, long epoch, long expiresNanos) {
        if (owns(instance, slot, epoch)) {
            leases.set(slot, new LeaseRow(instance, epoch, expiresNanos));
        }
    }

    private void acquire(String instance, int slot, long expiresNanos) {
        LeaseRow lease = leases.get(slot);
        if (lease.owner() == null || instance.equals(lease.owner()) || isExpired(lease)) {
            leases.set(slot, new LeaseRow(instance, lease.epoch() + 1, expiresNanos));
        }
    }

    private boolean isExpired(LeaseRow lease) {
        return lease.expiresNanos() <= clock.nowNanos();
    }

    private boolean isForgotten(String name, InstanceRow row) {
        return clock.nowNanos() - row.expiresNanos() > FORGET_AFTER_NANOS
                && leases.stream().noneMatch(lease -> name.equals(lease.owner()));
    }

    private LeaseTable table() {
        List<LeaseTable.Lease> rows = new ArrayList<>(Slot.COUNT);
        for (LeaseRow lease : leases) {
            boolean expired = lease.owner() == null || isExpired(lease);
            rows.add(new LeaseTable.Lease(rows.size(), lease.owner(), lease.epoch(), expired));
        }
        List<LeaseTable.Instance> known = new ArrayList<>();
        instances.forEach((name, row) ->
                known.add(new LeaseTable.Instance(name, row.expiresNanos() > clock.nowNanos(), row.marker())));
        return new LeaseTable(rows, known);
    }
}
