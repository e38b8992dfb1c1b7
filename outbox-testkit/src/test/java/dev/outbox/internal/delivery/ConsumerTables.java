package dev.outbox.internal.delivery;

import dev.outbox.spi.DeadReason;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables of a simulation, with the mistakes that a store can make. */
final class ConsumerTables extends InMemoryStore {
    private static final Duration TOO_SHORT = Duration.ofSeconds(3);

    private final ManualClock manualClock;
    private final ConsumerBug bug;
    private final Set<String> everDead = new HashSet<>();
    private final List<Runnable> hasty = new ArrayList<>();
    private final Map<String, Instant> remembered = new HashMap<>();

    ConsumerTables(ManualClock clock, ConsumerBug bug) {
        super(clock);
        this.manualClock = clock;
        this.bug = bug;
    }

    synchronized boolean isAccepted(String messageId) {
        return remembered.containsKey(messageId);
    }

    synchronized void noteAccepted(String messageId) {
        remembered.put(messageId, manualClock.instant());
    }

    @Override
    public synchronized boolean accept(String consumer, String messageId) {
        if (bug == ConsumerBug.REDRIVE_IS_DEDUPLICATED_AWAY && everDead.contains(messageId)) {
            return false;
        }
        if (bug == ConsumerBug.RETENTION_SHORTER_THAN_REDELIVERY) {
            Instant now = manualClock.instant();
            Instant before = remembered.put(messageId, now);
            return before == null || before.plus(TOO_SHORT).isBefore(now);
        }
        return super.accept(consumer, messageId);
    }

    @Override
    public synchronized Set<ConsumerKey> blocked(Collection<ConsumerKey> keys) {
        return bug == ConsumerBug.PARKED_KEYS_ARE_NOT_BLOCKED ? Set.of() : super.blocked(keys);
    }

    @Override
    public synchronized void reschedule(String instance, long number, int attempts, Duration delay, String error) {
        super.reschedule(instance, number, bug == ConsumerBug.ATTEMPTS_ARE_FORGOTTEN ? 1 : attempts, delay, error);
    }

    @Override
    public synchronized boolean bury(String instance, long number, DeadReason reason, int attempts, String error) {
        Set<String> before = deadIds();
        boolean dead = super.bury(instance, number, reason, attempts, error);
        Set<String> after = deadIds();
        after.removeAll(before);
        everDead.addAll(after);
        return dead;
    }

    @Override
    public synchronized boolean buryNew(Delivery delivery, DeadReason reason, int attempts, String error) {
        everDead.add(delivery.message().id());
        if (bug == ConsumerBug.ACKNOWLEDGED_BEFORE_THE_DEAD_LETTER_IS_STORED) {
            hasty.add(() -> super.buryNew(delivery, reason, attempts, error));
            return true;
        }
        return super.buryNew(delivery, reason, attempts, error);
    }

    @Override
    public synchronized List<Claimed> claimDue(
            String instance, Collection<String> consumers, int limit, Duration claim) {
        List<Claimed> claimed = super.claimDue(instance, consumers, limit, claim);
        if (bug != ConsumerBug.CRASHES_ARE_CHARGED_TO_ALL) {
            return claimed;
        }
        return claimed.stream()
                .map(row -> new Claimed(
                        row.number(),
                        row.delivery(),
                        row.attempts() + 1,
                        row.suspect(),
                        row.parkedNanosAgo(),
                        row.lastDelayNanos()))
                .toList();
    }

    /** Writes what was acknowledged before it was written; unless the process has ended meanwhile. */
    void writeHasty() {
        hasty.forEach(Runnable::run);
        hasty.clear();
    }

    void forgetHasty() {
        hasty.clear();
    }

    private Set<String> deadIds() {
        Set<String> ids = new HashSet<>();
        if (bug == ConsumerBug.REDRIVE_IS_DEDUPLICATED_AWAY) {
            list(dev.outbox.spi.DeadLetterQuery.all().limit(10_000))
                    .forEach(letter -> ids.add(letter.message().id()));
        }
        return ids;
    }
}
