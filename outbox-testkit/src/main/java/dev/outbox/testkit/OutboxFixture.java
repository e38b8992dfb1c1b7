package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What the contract tests of a store share: rows to publish, an owner for the slots, and the account of where every message is at the end. */
abstract class OutboxFixture {
    static final String A = "relay-a";
    static final String B = "relay-b";
    /** Longer than any test takes. */
    static final Duration LONG = Duration.ofHours(1);
    /** Short enough to wait for. */
    static final Duration SHORT = Duration.ofMillis(50);

    static final long NO_BYTE_LIMIT = Long.MAX_VALUE / 2;
    static final int MANY = 100_000;

    private final List<String> published = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private final Set<RowRef> seen = new LinkedHashSet<>();

    /** The store under test; the same object during one test, over tables that were empty when the test began. */
    protected abstract OutboxStore store();

    /** Opens a publishing transaction on the store's tables. After its commit the store MUST know that there is something to read. */
    protected abstract PublishingTransaction begin();

    /** Returns when {@code time} has passed by the database's clock: advances a manual clock, or waits. */
    protected abstract void passTime(Duration time);

    /** Every message that was published is in exactly one place: pending, parked, dead, or gone because the test wanted it to be. */
    @AfterEach
    public void everyMessageIsInExactlyOnePlace() {
        List<String> found = new ArrayList<>(gone);
        Set<RowRef> pending = new LinkedHashSet<>();
        readAll().forEach(row -> pending.add(row.stored().row()));
        pending.forEach(row -> found.add(row.id()));
        store().deadLetters()
                .list(DeadLetterQuery.all().ofRelay().limit(DeadLetterQuery.MAX_LIMIT))
                .forEach(letter -> found.add(letter.message().id()));
        found.addAll(takeParked(pending));
        assertThat(found).as("messages pending, parked, dead or gone").containsExactlyInAnyOrderElementsOf(published);
        assertThat(store().depth(MANY).parked())
                .as("parked rows that were never published")
                .isZero();
    }

    /** Parked rows have no listing: each row that was seen before and is not pending is completed, and whether one row less is parked tells. */
    private List<String> takeParked(Set<RowRef> pending) {
        List<String> found = new ArrayList<>();
        long parked = store().depth(MANY).parked();
        for (RowRef row : seen) {
            if (parked > 0 && !pending.contains(row)) {
                store().complete(List.of(row));
                long left = store().depth(MANY).parked();
                found.addAll(Collections.nCopies((int) (parked - left), row.id()));
                parked = left;
            }
        }
        return found;
    }

    /** A message to destination {@code d}. */
    static Message message(String key) {
        return message("d", key);
    }

    static Message message(String destination, @Nullable String key) {
        return Message.to(destination).key(key).text("payload for " + key);
    }

    static Message ofSize(String key, int bytes) {
        return Message.to("d").key(key).bytes(new byte[bytes]);
    }

    /** A key of {@code slot}; another for each {@code number}. */
    static String keyOf(int slot, int number) {
        int left = number;
        for (int i = 0; ; i++) {
            String key = "key-" + i;
            if (Slot.of(key) == slot && left-- == 0) {
                return key;
            }
        }
    }

    /** Publishes and commits. */
    void publish(Message... messages) {
        PublishingTransaction transaction = begin();
        transaction.publish(messages);
        commit(transaction, messages);
    }

    /** Commits {@code transaction}, in which {@code messages} were published. */
    void commit(PublishingTransaction transaction, Message... messages) {
        transaction.commit();
        Arrays.stream(messages).map(Message::id).forEach(published::add);
    }

    /** Completes pending or parked rows, for good. */
    void completeForGood(RowRef... rows) {
        store().complete(List.of(rows));
        Arrays.stream(rows).map(RowRef::id).forEach(gone::add);
    }

    /** The account does not expect dead letters that were discarded. */
    void discardForGood(DeadLetter letter) {
        assertThat(store().deadLetters().discard(DeadLetterQuery.number(letter.number())))
                .isEqualTo(1);
        gone.add(letter.message().id());
    }

    static Fetch fetch(Reader... readers) {
        return new Fetch(List.of(readers), Set.of(), Set.of(), List.of(), NO_BYTE_LIMIT);
    }

    static Reader reader(int slot, long floor, long cursor, int limit) {
        return new Reader(slot, floor, cursor, limit, null, null);
    }

    static Reader readerOf(String key, int limit) {
        return reader(Slot.of(key), 0, 0, limit);
    }

    Fetched read(Fetch fetch) {
        Fetched fetched = store().fetch(fetch);
        assertThat(fetched.readers()).as("a result for each reader").hasSameSizeAs(fetch.readers());
        fetched.readers()
                .forEach(result ->
                        result.rows().forEach(row -> seen.add(row.stored().row())));
        return fetched;
    }

    Fetched.ReaderResult read(Reader reader) {
        return read(fetch(reader)).readers().get(0);
    }

    /** All pending rows, slot by slot. */
    List<Fetched.Row> readAll() {
        Reader[] all = IntStream.range(0, Slot.COUNT)
                .mapToObj(slot -> reader(slot, 0, 0, MANY))
                .toArray(Reader[]::new);
        return read(fetch(all)).readers().stream()
                .flatMap(result -> result.rows().stream())
                .toList();
    }

    static List<String> ids(List<Fetched.Row> rows) {
        return rows.stream().map(row -> row.stored().row().id()).toList();
    }

    /** The pending row of {@code message}. */
    Fetched.Row pending(Message message) {
        List<Fetched.Row> rows = readAll().stream()
                .filter(row -> row.stored().row().id().equals(message.id()))
                .toList();
        assertThat(rows).as("pending rows of " + message).hasSize(1);
        return rows.get(0);
    }

    RowRef row(Message message) {
        return pending(message).stored().row();
    }

    List<String> pendingIds() {
        return ids(readAll());
    }

    /** Acquires all slots for {@code instance} and returns their epochs. */
    Map<Integer, Long> own(String instance) {
        Set<Integer> slots = IntStream.range(0, Slot.COUNT).boxed().collect(Collectors.toSet());
        return epochs(instance, store().heartbeat(new Heartbeat(instance, LONG, Map.of(), slots, Map.of())));
    }

    static Map<Integer, Long> epochs(String instance, LeaseTable table) {
        Map<Integer, Long> epochs = new HashMap<>();
        table.leases().stream()
                .filter(lease -> instance.equals(lease.owner()))
                .forEach(lease -> epochs.put(lease.slot(), lease.epoch()));
        return epochs;
    }

    /** The entry of {@code slot} alone. */
    static Map<Integer, Long> only(Map<Integer, Long> epochs, int slot) {
        return Map.of(slot, epoch(epochs, slot));
    }

    /** The epoch of {@code slot}, which must be there. */
    static long epoch(Map<Integer, Long> epochs, int slot) {
        return Objects.requireNonNull(epochs.get(slot), () -> "epoch of slot " + slot);
    }

    /** Settles as an owner of all slots, which must not be lost. */
    void settle(Change... changes) {
        Settlement settlement = new Settlement(A, own(A), List.of(changes));
        assertThat(store().settle(settlement)).as("lost slots").isEmpty();
    }

    static Change retry(RowRef row, Duration delay) {
        return new Change.Park(row, ParkReason.RETRY, 1, delay, "failed once");
    }

    static Change behind(RowRef row) {
        return new Change.Park(row, ParkReason.BEHIND, 0, Duration.ZERO, "");
    }

    static Change scheduled(RowRef row) {
        return new Change.Park(row, ParkReason.SCHEDULED, 0, Duration.ZERO, "");
    }

    static Change bury(RowRef row) {
        return new Change.Bury(row, DeadReason.ATTEMPTS_EXHAUSTED, 3, "failed for good");
    }

    static DueFetch dueFetch(int limit, int followers) {
        Set<Integer> slots = IntStream.range(0, Slot.COUNT).boxed().collect(Collectors.toSet());
        return new DueFetch(slots, limit, followers, Map.of(), NO_BYTE_LIMIT);
    }

    DueFetched readDue() {
        return store().fetchDue(dueFetch(MANY, MANY));
    }

    /** The ids of the rows that are due. */
    List<String> dueIds() {
        return readDue().due().stream()
                .map(due -> due.head().stored().row().id())
                .toList();
    }

    List<DeadLetter> deadLetters() {
        return store().deadLetters().list(DeadLetterQuery.all().limit(DeadLetterQuery.MAX_LIMIT));
    }
}
