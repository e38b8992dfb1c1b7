package dev.outbox.testkit;

import dev.outbox.spi.DeliveryStore.ConsumerKey;
import dev.outbox.spi.DeliveryStore.Delivery;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code inbox_parked}, and of {@code inbox_message} who has handled or given up what. */
final class DeliveryTable {
    private record InboxKey(String consumer, String messageId) {}

    private final NavigableMap<Long, DeliveryRow> rows = new TreeMap<>();
    private final Map<ConsumerKey, NavigableMap<Long, DeliveryRow>> byKey = new HashMap<>();
    private final Set<InboxKey> parked = new HashSet<>();
    private final Set<InboxKey> handled = new HashSet<>();
    private final Set<InboxKey> dead = new HashSet<>();
    private long lastNumber;

    /** Adds a row after all others. */
    DeliveryRow append(Delivery delivery, long nowNanos) {
        DeliveryRow row = new DeliveryRow(++lastNumber, delivery, nowNanos);
        rows.put(row.number, row);
        parked.add(inboxKey(delivery));
        if (row.key != null) {
            byKey.computeIfAbsent(row.key, key -> new TreeMap<>()).put(row.number, row);
        }
        return row;
    }

    void remove(DeliveryRow row) {
        rows.remove(row.number);
        parked.remove(inboxKey(row.delivery));
        if (row.key != null) {
            byKey.computeIfPresent(row.key, (same, ofKey) -> {
                ofKey.remove(row.number);
                return ofKey.isEmpty() ? null : ofKey;
            });
        }
    }

    @Nullable
    DeliveryRow at(long number) {
        return rows.get(number);
    }

    boolean isParked(Delivery delivery) {
        return parked.contains(inboxKey(delivery));
    }

    boolean isBlocked(ConsumerKey key) {
        return byKey.containsKey(key);
    }

    @Nullable
    DeliveryRow first(ConsumerKey key) {
        NavigableMap<Long, DeliveryRow> ofKey = byKey.get(key);
        return ofKey == null ? null : ofKey.firstEntry().getValue();
    }

    boolean isFirst(DeliveryRow row) {
        return row.key == null || first(row.key) == row;
    }

    Collection<DeliveryRow> all() {
        return rows.values();
    }

    /** Whether it is parked, handled or given up. */
    boolean isKnown(Delivery delivery) {
        return isParked(delivery) || isHandled(delivery) || isDead(delivery);
    }

    boolean isHandled(Delivery delivery) {
        return handled.contains(inboxKey(delivery));
    }

    boolean isDead(Delivery delivery) {
        return dead.contains(inboxKey(delivery));
    }

    /** Inserts the inbox row of a consumer that is about to handle the message; false if one stands there already, handled or dead. */
    boolean accept(String consumer, String messageId) {
        InboxKey key = new InboxKey(consumer, messageId);
        return !dead.contains(key) && handled.add(key);
    }

    void markDead(Delivery delivery) {
        dead.add(inboxKey(delivery));
    }

    void forgetDead(Delivery delivery) {
        dead.remove(inboxKey(delivery));
    }

    private static InboxKey inboxKey(Delivery delivery) {
        return new InboxKey(delivery.consumer(), delivery.message().id());
    }
}
