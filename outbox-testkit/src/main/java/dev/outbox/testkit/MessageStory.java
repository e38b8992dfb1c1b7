package dev.outbox.testkit;

import dev.outbox.spi.KeyRef;
import dev.outbox.testkit.HistoryEvent.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that a history tells about one message. */
final class MessageStory {
    /** The index of what did not happen. */
    static final int NEVER = Integer.MAX_VALUE;

    final String id;
    final Map<Kind, List<HistoryEvent>> events = new EnumMap<>(Kind.class);

    @Nullable
    HistoryEvent insert;

    @Nullable
    HistoryEvent end;

    MessageStory(String id) {
        this.id = id;
    }

    void add(HistoryEvent event) {
        events.computeIfAbsent(event.kind(), kind -> new ArrayList<>(2)).add(event);
        if (event.kind() == Kind.INSERTED || event.kind() == Kind.INSERTED_SCHEDULED) {
            insert = event;
        }
    }

    List<HistoryEvent> all(Kind kind) {
        return events.getOrDefault(kind, List.of());
    }

    int count(Kind kind) {
        return all(kind).size();
    }

    boolean has(Kind kind) {
        return !all(kind).isEmpty();
    }

    /** The index of the first event of {@code kind}, or {@link #NEVER}. */
    int first(Kind kind) {
        return has(kind) ? all(kind).get(0).index() : NEVER;
    }

    /** Whether an event of {@code kind} lies in [{@code from}, {@code to}]. */
    boolean hasBetween(Kind kind, int from, int to) {
        return all(kind).stream().anyMatch(event -> event.index() >= from && event.index() <= to);
    }

    boolean isCommitted() {
        return end != null && end.kind() == Kind.COMMITTED;
    }

    boolean isCommitUnknown() {
        return end != null && end.kind() == Kind.COMMIT_UNKNOWN;
    }

    boolean isScheduled() {
        return insert != null && insert.kind() == Kind.INSERTED_SCHEDULED;
    }

    /** From when on later messages of its key have to come after it. */
    int orderedFrom() {
        if (!isCommitted() || end == null) {
            return NEVER;
        }
        return isScheduled() ? first(Kind.ENQUEUED) : end.index();
    }

    /** When it took its place in the order. */
    int ordered() {
        if (insert == null) {
            return 0;
        }
        return has(Kind.ENQUEUED) ? first(Kind.ENQUEUED) : insert.index();
    }

    /** When it stopped being owed: it arrived or died. */
    int done() {
        return Math.min(first(Kind.ARRIVED), first(Kind.DEAD));
    }

    @Nullable
    Fingerprint published() {
        return insert == null ? null : insert.print();
    }

    /** Its unit of order, or null. */
    @Nullable
    KeyRef key() {
        Fingerprint print = published();
        return print == null
                ? null
                : print.key().map(key -> new KeyRef(print.destination(), key)).orElse(null);
    }
}
