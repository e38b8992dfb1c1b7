package dev.outbox.spi;

import dev.outbox.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where consumers keep what they could not handle yet ({@code inbox_parked}) and what they gave up. One row is one delivery: a message to one consumer.
 * Order is per consumer, destination and key.
 *
 * <p>All methods block, may be called by many threads, and are one transaction each. After a {@link StoreException} each may be called again with the same
 * arguments.
 */
public interface DeliveryStore {
    /**
     * A message for one consumer.
     *
     * @param consumer the consumer's name
     * @param message the message
     * @param createdAt when it was published, by the sender's database
     */
    record Delivery(String consumer, Message message, Instant createdAt) {}

    /**
     * A key as one consumer sees it.
     *
     * @param consumer the consumer's name
     * @param key destination and key
     */
    record ConsumerKey(String consumer, KeyRef key) {}

    /**
     * A claimed row of {@code inbox_parked}.
     *
     * @param number the row's own number, ascending in the order of parking
     * @param delivery what to deliver
     * @param attempts failed attempts charged to it, among them crashes while it was claimed as a suspect
     * @param suspect whether a process ended while it had this row claimed: it must be handled alone
     * @param parkedNanosAgo how long ago it was parked
     * @param lastDelayNanos the delay that was chosen last
     * @param flaw why the row is no message, because something else than a consumer wrote or changed it: it is never handled, and becomes a dead letter
     */
    record Claimed(
            long number,
            Delivery delivery,
            int attempts,
            boolean suspect,
            long parkedNanosAgo,
            long lastDelayNanos,
            Optional<String> flaw) {
        /** A message that can be read. */
        public Claimed(
                long number,
                Delivery delivery,
                int attempts,
                boolean suspect,
                long parkedNanosAgo,
                long lastDelayNanos) {
            this(number, delivery, attempts, suspect, parkedNanosAgo, lastDelayNanos, Optional.empty());
        }
    }

    /** Of {@code keys}, those that have a row in {@code inbox_parked}: their later messages have to wait behind it. */
    Set<ConsumerKey> blocked(Collection<ConsumerKey> keys);

    /**
     * Takes a delivery over after a failed attempt: due after {@code delay}. Idempotent by consumer and message id; what the inbox says was handled or given
     * up is a late duplicate, and is not parked.
     *
     * @param attempts failed attempts charged so far
     * @param error the last error, made harmless
     */
    void park(Delivery delivery, int attempts, Duration delay, String error);

    /**
     * Takes deliveries over, in order, each behind the parked rows of its consumer and key; one that finds none there is due at once. Idempotent by consumer
     * and message id; what the inbox says was handled or given up is not parked.
     */
    void parkBehind(List<Delivery> deliveries);

    /**
     * Claims due rows of these consumers, longest due first: each the first of its consumer and key (rows without a key have no order). A claim
     * lasts for {@code claim}; a row whose claim ran out, or was made by an earlier incarnation of {@code instance} (see {@link #forget}), is
     * claimed again as a suspect, and from the second such time on an attempt is charged to it. Suspects are returned one at a time, and alone.
     */
    List<Claimed> claimDue(String instance, Collection<String> consumers, int limit, Duration claim);

    /** Prolongs claims of {@code instance} by {@code claim} from now. */
    void renew(String instance, Collection<Long> numbers, Duration claim);

    /** Lets the claims of an earlier incarnation of {@code instance} run out now. To be called once, before the first claim. */
    void forget(String instance);

    /** Gives claims back, without a charge and without suspicion; due at once. */
    void unclaim(String instance, Collection<Long> numbers);

    /** The claimed row is handled: deletes it; the next of its key is due at once. */
    void complete(String instance, long number);

    /**
     * The claimed row failed: due again after {@code delay}, the claim is given back.
     *
     * @param attempts failed attempts charged so far
     */
    void reschedule(String instance, long number, int attempts, Duration delay, String error);

    /**
     * The claimed row is given up: moves it to the dead letters, with the inbox row that keeps a late duplicate from being handled; the next of its
     * key is due at once. If the inbox says that it was handled, it is only deleted.
     *
     * @return whether it became a dead letter
     */
    boolean bury(String instance, long number, DeadReason reason, int attempts, String error);

    /**
     * A delivery that was never parked is given up; otherwise like {@link #bury}. Idempotent by consumer and message id.
     *
     * @return whether it is a dead letter now
     */
    boolean buryNew(Delivery delivery, DeadReason reason, int attempts, String error);

    /** Nanoseconds until the next unclaimed row of these consumers is due; 0 if one is, {@link Long#MAX_VALUE} if there is none. */
    long nextDueNanos(Collection<String> consumers);

    /** How much of {@code consumer} is parked, counted up to {@code bound} rows; empty if the store does not count. */
    default Optional<Backlog> backlog(String consumer, long bound) {
        return Optional.empty();
    }
}
