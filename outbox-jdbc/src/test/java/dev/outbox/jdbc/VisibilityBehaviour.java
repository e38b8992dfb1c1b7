package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.Slot;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database has to show when transactions commit late, while others are being read. */
abstract class VisibilityBehaviour {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    JdbcOutbox outbox;

    abstract TestDatabase database();

    @BeforeEach
    void createTables() {
        outbox = database().outbox();
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES))
                .as("all threads ended")
                .isTrue();
    }

    static Message message(String key) {
        return Message.to("orders").key(key).text("x");
    }

    Fetched fetch(long floor, long cursor) {
        Reader reader = new Reader(Slot.of("k"), floor, cursor, 100, null, null);
        return outbox.store().fetch(new Fetch(List.of(reader), Set.of(), Set.of(), List.of(), 1_000_000));
    }

    static List<RowRef> rows(Fetched fetched) {
        return fetched.readers().get(0).rows().stream()
                .map(row -> row.stored().row())
                .toList();
    }

    @Test
    void g3_aRowThatAppearsLateIsReadBelowTheCursorAndNoHorizonPassesIt() throws SQLException {
        try (Connection slow = database().dataSource().getConnection()) {
            slow.setAutoCommit(false);
            Message late = message("k");
            outbox.publish(slow, late);
            Message early = message("k");
            outbox.transaction(tx -> {
                outbox.publish(tx, early);
                return true;
            });
            Fetched before = fetch(0, 0);
            for (int i = 0; i < 25; i++) {
                Passing.pass(Duration.ofMillis(100));
                before = fetch(0, 0);
                assertThat(rows(before)).extracting(RowRef::id).containsExactly(early.id());
            }
            slow.commit();
            slow.setAutoCommit(true);
            long cursor = rows(before).get(0).position();
            List<RowRef> after = rows(fetch(before.horizon(), cursor));
            assertThat(after).extracting(RowRef::id).startsWith(late.id());
            assertThat(after.get(0).position()).isLessThan(cursor).isGreaterThan(before.horizon());
        }
    }

    @Test
    void g1_g3_nothingIsLostDoubledOrOvertakenWhenTransactionsCommitLate() throws Exception {
        int writers = 6;
        Map<String, List<String>> committed = new HashMap<>();
        List<Future<Map<String, List<String>>>> running = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            int writer = i;
            running.add(threads.submit(() -> write(writer)));
        }
        Drain drain = new Drain(outbox.store());
        while (running.stream().anyMatch(one -> !one.isDone())) {
            drain.step();
        }
        for (Future<Map<String, List<String>>> one : running) {
            committed.putAll(one.get());
        }
        for (int steps = 0; steps < 30 || !drain.isEmpty(); steps++) {
            drain.step();
        }
        List<String> all = committed.values().stream().flatMap(List::stream).toList();
        assertThat(drain.seen()).containsExactlyInAnyOrderElementsOf(all);
        Map<String, String> keys = new HashMap<>();
        committed.forEach((key, ids) -> ids.forEach(id -> keys.put(id, key)));
        Map<String, List<String>> order = drain.seen().stream().collect(Collectors.groupingBy(keys::get));
        assertThat(order).isEqualTo(committed);
        assertThat(database().count("outbox_message")).isZero();
        checkFloors(drain);
    }

    /** What this database's floors have to show after the drain. */
    abstract void checkFloors(Drain drain);

    /** Publishes in transactions of which some are slow and some are rolled back; returns what was committed, by key. */
    private Map<String, List<String>> write(int writer) throws SQLException {
        SplittableRandom random = new SplittableRandom(writer);
        Map<String, List<String>> committed = new HashMap<>();
        for (int i = 0; i < 150; i++) {
            try (Connection tx = database().dataSource().getConnection()) {
                tx.setAutoCommit(false);
                String key = "key-" + writer + "-" + random.nextInt(3);
                List<Message> messages = new ArrayList<>();
                for (int count = random.nextInt(1, 4); count > 0; count--) {
                    messages.add(message(key));
                }
                outbox.publish(tx, messages);
                Passing.pass(Duration.ofNanos(random.nextLong(i % 10 == 0 ? 30_000_000 : 1_000_000)));
                if (random.nextInt(10) == 0) {
                    tx.rollback();
                } else {
                    tx.commit();
                    messages.forEach(message -> committed
                            .computeIfAbsent(key, unseen -> new ArrayList<>())
                            .add(message.id()));
                }
                tx.setAutoCommit(true);
            }
        }
        return committed;
    }

    /** RULES 2: parked and fresh rows are seen in one picture. */
    @Test
    void g3_aFetchNeverMissesTheParkedRowInFrontOfAFreshOne() throws Exception {
        Set<Integer> slots = IntStream.range(0, Slot.COUNT).boxed().collect(Collectors.toSet());
        LeaseTable table = outbox.store().heartbeat(new Heartbeat("a", Duration.ofHours(1), Map.of(), slots, Map.of()));
        Map<Integer, Long> epochs =
                table.leases().stream().collect(Collectors.toMap(LeaseTable.Lease::slot, LeaseTable.Lease::epoch));
        int keys = 200;
        Map<String, String> predecessors = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            Message first = message("key-" + i);
            Message second = message("key-" + i);
            predecessors.put(second.id(), first.id());
            outbox.transaction(tx -> {
                outbox.publish(tx, first, second);
                return true;
            });
        }
        AtomicBoolean parking = new AtomicBoolean(true);
        CountDownLatch begun = new CountDownLatch(1);
        Future<Integer> reading = threads.submit(() -> {
            int fetches = 0;
            while (parking.get()) {
                checkOnePicture(predecessors);
                fetches++;
                begun.countDown();
            }
            return fetches;
        });
        assertThat(begun.await(1, TimeUnit.MINUTES)).as("a first fetch").isTrue();
        for (RowRef row : allRows().stream().map(row -> row.stored().row()).toList()) {
            if (!predecessors.containsKey(row.id())) {
                Change park = new Change.Park(row, ParkReason.RETRY, 1, Duration.ofHours(1), "failed");
                Map<Integer, Long> epoch = Map.of(row.slot(), epochs.get(row.slot()));
                assertThat(outbox.store().settle(new Settlement("a", epoch, List.of(park))))
                        .isEmpty();
            }
        }
        parking.set(false);
        assertThat(reading.get(1, TimeUnit.MINUTES)).as("fetches meanwhile").isPositive();
        assertThat(database().count("outbox_parked")).isEqualTo(keys);
    }

    private void checkOnePicture(Map<String, String> predecessors) {
        List<Fetched.Row> rows = allRows();
        Set<String> fresh = new HashSet<>();
        rows.forEach(row -> fresh.add(row.stored().row().id()));
        for (Fetched.Row row : rows) {
            String predecessor = predecessors.get(row.stored().row().id());
            if (predecessor != null && !row.blocked()) {
                assertThat(fresh)
                        .as("the message in front, which is not parked")
                        .contains(predecessor);
            }
        }
    }

    private List<Fetched.Row> allRows() {
        List<Reader> readers = IntStream.range(0, Slot.COUNT)
                .mapToObj(slot -> new Reader(slot, 0, 0, 1_000, null, null))
                .toList();
        return outbox
                .store()
                .fetch(new Fetch(readers, Set.of(), Set.of(), List.of(), Long.MAX_VALUE / 2))
                .readers()
                .stream()
                .flatMap(result -> result.rows().stream())
                .toList();
    }

    /** RULES 9, 3: who hangs in the middle of a settlement keeps that slot alone. */
    @Test
    void g10_aTransactionThatHangsOnASlotDoesNotStopTheHeartbeatsOfOthers() throws SQLException {
        LeaseTable first =
                outbox.store().heartbeat(new Heartbeat("b", Duration.ofSeconds(30), Map.of(), Set.of(1), Map.of()));
        long epoch = first.leases().get(1).epoch();
        try (Connection hanging = database().dataSource().getConnection()) {
            hanging.setAutoCommit(false);
            hanging.createStatement()
                    .executeQuery(
                            "SELECT slot FROM " + database().table("outbox_lease") + " WHERE slot = 3 FOR UPDATE");
            LeaseTable table = outbox.store()
                    .heartbeat(new Heartbeat("b", Duration.ofHours(1), Map.of(1, epoch), Set.of(2, 3), Map.of()));
            assertThat(table.leases().get(1).owner()).isEqualTo("b");
            assertThat(table.leases().get(2).owner()).isEqualTo("b");
            assertThat(table.leases().get(3).owner()).isNull();
            hanging.rollback();
            hanging.setAutoCommit(true);
        }
    }
}
