package dev.outbox.testkit;

import dev.outbox.spi.Backlog;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code inbox_parked} and the inbox. */
abstract class InMemoryDeliveries extends InMemoryDeadLetters implements DeliveryStore {
    private static final Comparator<DeliveryRow> LONGEST_DUE_FIRST =
            Comparator.<DeliveryRow>comparingLong(row -> row.dueNanos).thenComparingLong(row -> row.number);

    InMemoryDeliveries(InstantSource databaseClock) {
        super(databaseClock);
    }

    /**
     * Inserts the inbox row of {@code consumer}, as an idempotent handler does before it handles a message.
     *
     * @return false if the message was handled or given up before
     */
    public synchronized boolean accept(String consumer, String messageId) {
        return deliveries.accept(consumer, messageId);
    }

    @Override
    public synchronized Set<ConsumerKey> blocked(Collection<ConsumerKey> keys) {
        return keys.stream().filter(deliveries::isBlocked).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public synchronized void park(Delivery delivery, int attempts, Duration delay, String error) {
        if (!deliveries.isKnown(delivery)) {
            deliveries.append(delivery, clock.nowNanos()).reschedule(attempts, delay, clock.after(delay), error);
        }
    }

    @Override
    public synchronized void parkBehind(List<Delivery> list) {
        for (Delivery delivery : list) {
            if (!deliveries.isKnown(delivery)) {
                DeliveryRow row = deliveries.append(delivery, clock.nowNanos());
                row.dueNanos = deliveries.isFirst(row) ? clock.nowNanos() : DeliveryRow.NEVER;
            }
        }
    }

    @Override
    public synchronized List<Claimed> claimDue(
            String instance, Collection<String> consumers, int limit, Duration claim) {
        long now = clock.nowNanos();
        List<DeliveryRow> due = claimable(consumers)
                .filter(row -> row.dueNanos <= now)
                .sorted(LONGEST_DUE_FIRST)
                .toList();
        List<DeliveryRow> chosen = !due.isEmpty() && due.get(0).isSuspect(now)
                ? due.subList(0, 1)
                : due.stream().filter(row -> !row.isSuspect(now)).limit(limit).toList();
        chosen.forEach(row -> row.claim(instance, clock.after(claim), now));
        return chosen.stream().map(row -> row.toClaimed(clock)).toList();
    }

    @Override
    public synchronized void renew(String instance, Collection<Long> numbers, Duration claim) {
        claimedBy(instance, numbers).forEach(row -> row.claimedUntilNanos = clock.after(claim));
    }

    @Override
    public synchronized void forget(String instance) {
        long now = clock.nowNanos();
        deliveries.all().stream()
                .filter(row -> instance.equals(row.claimedBy) && row.isClaimed(now))
                .forEach(row -> row.claimedUntilNanos = now);
    }

    @Override
    public synchronized void unclaim(String instance, Collection<Long> numbers) {
        claimedBy(instance, numbers).forEach(row -> {
            row.unclaim();
            row.dueNanos = Math.min(row.dueNanos, clock.nowNanos());
        });
    }

    /** Needs no claim: what was handled is done, whoever says so. */
    @Override
    public synchronized void complete(String instance, long number) {
        DeliveryRow row = deliveries.at(number);
        if (row != null) {
            removeAndPromote(row);
        }
    }

    @Override
    public synchronized void reschedule(String instance, long number, int attempts, Duration delay, String error) {
        claimedBy(instance, List.of(number)).forEach(row -> row.reschedule(attempts, delay, clock.after(delay), error));
    }

    @Override
    public synchronized boolean bury(String instance, long number, DeadReason reason, int attempts, String error) {
        DeliveryRow row = claimedBy(instance, List.of(number)).findFirst().orElse(null);
        if (row == null) {
            return false;
        }
        removeAndPromote(row);
        return giveUp(row.delivery, reason, attempts, error);
    }

    @Override
    public synchronized boolean buryNew(Delivery delivery, DeadReason reason, int attempts, String error) {
        return deliveries.isDead(delivery) || giveUp(delivery, reason, attempts, error);
    }

    @Override
    public synchronized long nextDueNanos(Collection<String> consumers) {
        long now = clock.nowNanos();
        return claimable(consumers)
                .mapToLong(row -> row.dueNanos == DeliveryRow.NEVER ? Long.MAX_VALUE : Math.max(0, row.dueNanos - now))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    @Override
    public synchronized Optional<Backlog> backlog(String consumer, long bound) {
        List<DeliveryRow> rows = deliveries.all().stream()
                .filter(row -> row.delivery.consumer().equals(consumer))
                .limit(bound)
                .toList();
        long keys = rows.stream()
                .map(row -> row.key)
                .filter(Objects::nonNull)
                .distinct()
                .count();
        return Optional.of(new Backlog(rows.size(), keys, bound));
    }

    private boolean giveUp(Delivery delivery, DeadReason reason, int attempts, String error) {
        if (deliveries.isHandled(delivery) || deliveries.isDead(delivery)) {
            return false;
        }
        deliveries.markDead(delivery);
        addDeadLetter(delivery.consumer(), delivery.message(), reason, attempts, error, delivery.createdAt());
        return true;
    }

    private void removeAndPromote(DeliveryRow row) {
        deliveries.remove(row);
        @Nullable DeliveryRow next = row.key == null ? null : deliveries.first(row.key);
        if (next != null && next.dueNanos == DeliveryRow.NEVER) {
            next.dueNanos = clock.nowNanos();
        }
    }

    /** Rows that nobody has in hand and that stand behind no other. */
    private Stream<DeliveryRow> claimable(Collection<String> consumers) {
        long now = clock.nowNanos();
        return deliveries.all().stream()
                .filter(row -> consumers.contains(row.delivery.consumer()) && !row.isClaimed(now))
                .filter(deliveries::isFirst);
    }

    private Stream<DeliveryRow> claimedBy(String instance, Collection<Long> numbers) {
        return numbers.stream().map(deliveries::at).filter(row -> row != null && instance.equals(row.claimedBy));
    }
}
