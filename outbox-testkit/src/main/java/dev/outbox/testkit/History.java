package dev.outbox.testkit;

import dev.outbox.Message;
import dev.outbox.spi.DeadReason;
import dev.outbox.testkit.HistoryEvent.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run, in the order in which it was recorded; {@link HistoryChecker} holds it against the guarantees. Ids of messages must be unique in a
 * history. Record an insert before its statement begins and a commit after it has returned, an arrival when the destination has appended the message: then
 * what the history says to come first did come first.
 *
 * <p>Thread-safe. Keeps a hash in place of each payload.
 */
public final class History {
    private final LongSupplier nanoTime;
    private final List<HistoryEvent> events = new ArrayList<>();

    /** A history under the JVM's monotonic clock. */
    public History() {
        this(System::nanoTime);
    }

    /** A history under {@code nanoTime}, such as a {@link ManualClock}. */
    public History(LongSupplier nanoTime) {
        this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime");
    }

    /** {@code message} is inserted in a transaction of the caller. */
    public void inserted(String transaction, Message message) {
        Kind kind = message.notBefore().isPresent() ? Kind.INSERTED_SCHEDULED : Kind.INSERTED;
        add(kind, message.id(), transaction, 0, Fingerprint.of(message.destination(), message));
    }

    /** The transaction was committed. */
    public void committed(String transaction) {
        add(Kind.COMMITTED, transaction);
    }

    /** The transaction was rolled back. */
    public void rolledBack(String transaction) {
        add(Kind.ROLLED_BACK, transaction);
    }

    /** Nobody knows whether the transaction was committed; nothing is demanded of its messages. */
    public void commitUnknown(String transaction) {
        add(Kind.COMMIT_UNKNOWN, transaction);
    }

    /** A relay's fetch, begun now, returned the message. */
    public void fetched(String id) {
        add(Kind.FETCHED, id);
    }

    /** {@code message} was appended at {@code destination}, as it was read there. */
    public void arrived(String destination, Message message) {
        add(Kind.ARRIVED, message.id(), "", 0, Fingerprint.of(destination, message));
    }

    /** A relay was told that the message arrived. */
    public void confirmed(String id) {
        add(Kind.CONFIRMED, id);
    }

    /** An attempt failed in a way that is charged to the message. */
    public void failed(String id) {
        add(Kind.FAILED, id);
    }

    /** An attempt met a destination that takes nothing. */
    public void unavailable(String id) {
        add(Kind.UNAVAILABLE, id);
    }

    /** An attempt ended with nobody knowing whether the message arrived. */
    public void unknown(String id) {
        add(Kind.UNKNOWN, id);
    }

    /** The store recorded so many charged attempts. */
    public void charged(String id, int attempts) {
        add(Kind.CHARGED, id, "", attempts, null);
    }

    /** A process ended, or lost a lease, that had these messages in hand. */
    public void crashed(Collection<String> ids) {
        ids.forEach(id -> add(Kind.CRASHED, id));
    }

    /** The message was parked. */
    public void parked(String id) {
        add(Kind.PARKED, id);
    }

    /** A scheduled message came to the end of the outbox, committed: its order counts from here. */
    public void enqueued(String id) {
        add(Kind.ENQUEUED, id);
    }

    /** The message became a dead letter, committed. */
    public void dead(String id, DeadReason reason, int attempts) {
        add(Kind.DEAD, id, reason.name(), attempts, null);
    }

    /** A dead letter was sent once more. */
    public void redriven(String id) {
        add(Kind.REDRIVEN, id);
    }

    /** A dead letter was deleted by a person. */
    public void discarded(String id) {
        add(Kind.DISCARDED, id);
    }

    /** From now on relays or servers are down, paused or cut off: latency is not measured and duplicates may arise, until {@link #calm}. */
    public void disturbed() {
        add(Kind.DISTURBED, "");
    }

    /** All run again. */
    public void calm() {
        add(Kind.CALM, "");
    }

    /** What stands in the tables at the end: ids in {@code outbox_message} and {@code outbox_parked}, and ids of dead letters, each as often as it stands. */
    public void ended(Collection<String> pending, Collection<String> dead) {
        pending.forEach(id -> add(Kind.LEFT_PENDING, id));
        dead.forEach(id -> add(Kind.LEFT_DEAD, id));
        add(Kind.ENDED, "");
    }

    /** What was recorded about one message, a line each. */
    public synchronized List<String> of(String id) {
        return events.stream()
                .filter(event -> event.id().equals(id))
                .map(HistoryEvent::toString)
                .toList();
    }

    synchronized List<HistoryEvent> events() {
        return List.copyOf(events);
    }

    private void add(Kind kind, String id) {
        add(kind, id, "", 0, null);
    }

    private synchronized void add(Kind kind, String id, String detail, int attempts, @Nullable Fingerprint print) {
        events.add(new HistoryEvent(events.size(), nanoTime.getAsLong(), kind, id, detail, attempts, print));
    }
}
