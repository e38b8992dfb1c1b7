package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.Slot;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database has to show of its {@link Inspection}. */
abstract class InspectionBehaviour {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String RELAY = "relay-a";

    private JdbcOutbox outbox;
    private Inspection inspection;
    private final Map<Integer, Long> epochs = new HashMap<>();

    abstract TestDatabase database();

    @BeforeEach
    void startRelay() {
        outbox = database().outbox();
        inspection = outbox.inspection();
        Set<Integer> all = Set.copyOf(IntStream.range(0, Slot.COUNT).boxed().toList());
        LeaseTable table = outbox.store().heartbeat(new Heartbeat(RELAY, HOUR, Map.of(), all, Map.of()));
        table.leases().forEach(lease -> epochs.put(lease.slot(), lease.epoch()));
    }

    private static Message message(String destination, String key) {
        return Message.to(destination).key(key).type("Placed").text("secret");
    }

    private void publish(Message... messages) throws SQLException {
        outbox.transaction(tx -> {
            outbox.publish(tx, messages);
            return true;
        });
    }

    private RowRef row(Message message) {
        Reader reader = new Reader(Slot.of(message), 0, 0, 1_000, null, null);
        return outbox
                .store()
                .fetch(new Fetch(List.of(reader), Set.of(), Set.of(), List.of(), Long.MAX_VALUE / 2))
                .readers()
                .get(0)
                .rows()
                .stream()
                .map(Fetched.Row::stored)
                .filter(stored -> stored.message().id().equals(message.id()))
                .findFirst()
                .orElseThrow()
                .row();
    }

    private void settle(Change... changes) {
        assertThat(outbox.store().settle(new Settlement(RELAY, epochs, List.of(changes))))
                .isEmpty();
    }

    private void fail(Message message, int attempts, Duration delay) {
        settle(new Change.Park(row(message), ParkReason.RETRY, attempts, delay, "no route to host"));
    }

    private void wait(Message message) {
        settle(new Change.Park(row(message), ParkReason.BEHIND, 0, Duration.ZERO, ""));
    }

    @Test
    void anEmptyOutboxHasNothingToShow() {
        Census census = inspection.census(100);
        assertThat(census).isEqualTo(new Census(0, Optional.empty(), Map.of(), Map.of(), Map.of(), 100));
        assertThat(inspection.blockedKeys(10)).isEmpty();
        assertThat(inspection.blockedKey("d", "k")).isEmpty();
    }

    @Test
    void aBlockedKeyIsShownWithTheMessageThatBlocksItAndWhy() throws SQLException {
        Message first = message("orders", "a");
        Message second = message("orders", "a");
        Message third = message("orders", "a");
        publish(first, second, third, message("orders", "free"));
        fail(first, 3, HOUR);
        wait(second);
        wait(third);

        List<BlockedKey> blocked = inspection.blockedKeys(10);

        assertThat(blocked).hasSize(1);
        BlockedKey key = blocked.get(0);
        assertThat(key.consumer()).isEmpty();
        assertThat(key.destination()).isEqualTo("orders");
        assertThat(key.key()).isEqualTo("a");
        assertThat(key.messageId()).isEqualTo(first.id());
        assertThat(key.type()).isEqualTo("Placed");
        assertThat(key.reason()).isEqualTo(BlockedKey.Reason.RETRY);
        assertThat(key.attempts()).isEqualTo(3);
        assertThat(key.error()).isEqualTo("no route to host");
        assertThat(key.dueIn()).hasValueSatisfying(due -> assertThat(due).isBetween(Duration.ofMinutes(50), HOUR));
        assertThat(key.age()).isLessThan(Duration.ofMinutes(5));
        assertThat(key.waiting()).isEqualTo(2);
        assertThat(inspection.blockedKey("orders", "a")).hasSize(1);
        assertThat(inspection.blockedKey("orders", "free")).isEmpty();

        outbox.store().complete(List.of(new RowRef(Slot.of(first), rowOfParked(first), first.id())));
        BlockedKey after = inspection.blockedKeys(10).get(0);
        assertThat(after.messageId()).isEqualTo(second.id());
        assertThat(after.reason()).isEqualTo(BlockedKey.Reason.NEXT);
        assertThat(after.dueIn()).contains(Duration.ZERO);
        assertThat(after.waiting()).isEqualTo(1);
    }

    private long rowOfParked(Message message) {
        return database()
                .number("SELECT position FROM " + database().table("outbox_parked") + " WHERE id = '" + message.id()
                        + "'");
    }

    @Test
    void blockedKeysArePagedOverDestinationsAndConsumers() throws SQLException {
        List<String> expected = new ArrayList<>();
        for (String destination : List.of("invoices", "orders")) {
            for (String key : List.of("a", "b", "c")) {
                Message message = message(destination, key);
                publish(message);
                fail(message, 1, HOUR);
                expected.add("/" + destination + "/" + key);
            }
        }
        for (String consumer : List.of("audit", "billing")) {
            for (String key : List.of("x", "y")) {
                outbox.deliveries()
                        .park(
                                new DeliveryStore.Delivery(consumer, message("orders", key), Instant.EPOCH),
                                2,
                                HOUR,
                                "not now");
                expected.add(consumer + "/orders/" + key);
            }
        }

        for (int limit : new int[] {1, 2, 3, 4, 1_000}) {
            List<String> found = new ArrayList<>();
            List<BlockedKey> page = inspection.blockedKeys(limit);
            while (!page.isEmpty()) {
                assertThat(page).hasSizeLessThanOrEqualTo(limit);
                page.forEach(key -> found.add(key.consumer().orElse("") + "/" + key.destination() + "/" + key.key()));
                page = inspection.blockedKeysAfter(page.get(page.size() - 1), limit);
            }
            assertThat(found).as("in pages of %d", limit).isEqualTo(expected);
        }
        assertThat(inspection.blockedKey("orders", "x"))
                .extracting(key -> key.consumer().orElseThrow(), BlockedKey::attempts, BlockedKey::error)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("audit", 2, "not now"),
                        org.assertj.core.groups.Tuple.tuple("billing", 2, "not now"));
    }

    @Test
    void scheduledMessagesAndThoseWithoutAKeyBlockNothing() throws SQLException {
        Message scheduled = Message.to("orders")
                .key("later")
                .notBefore(Instant.parse("2090-01-01T00:00:00Z"))
                .text("x");
        Message keyless = Message.to("orders").text("x");
        publish(scheduled, keyless);
        settle(
                new Change.Park(row(scheduled), ParkReason.SCHEDULED, 0, Duration.ZERO, ""),
                new Change.Park(row(keyless), ParkReason.RETRY, 1, HOUR, "no"));
        assertThat(inspection.blockedKeys(10)).isEmpty();
        assertThat(inspection.census(10).parked()).isEqualTo(Map.of(ParkReason.SCHEDULED, 1L, ParkReason.RETRY, 1L));
    }

    @Test
    void aCensusCountsByReasonAndStopsAtItsBound() throws SQLException {
        Message first = message("orders", "a");
        Message second = message("orders", "a");
        Message dead = message("orders", "b");
        publish(first, second, dead, message("orders", "c"));
        fail(first, 1, HOUR);
        wait(second);
        settle(new Change.Bury(row(dead), DeadReason.REJECTED, 1, "no"));
        for (int i = 0; i < 3; i++) {
            outbox.deliveries()
                    .park(new DeliveryStore.Delivery("audit", message("d", "k" + i), Instant.EPOCH), 1, HOUR, "no");
        }

        Census census = inspection.census(100);
        assertThat(census.pending()).isEqualTo(1);
        assertThat(census.oldestPending()).isPresent();
        assertThat(census.parked()).isEqualTo(Map.of(ParkReason.RETRY, 1L, ParkReason.BEHIND, 1L));
        assertThat(census.waiting()).isEqualTo(Map.of("audit", 3L));
        assertThat(census.dead()).isEqualTo(Map.of(DeadReason.REJECTED, 1L));
        assertThat(inspection.census(2).waiting()).isEqualTo(Map.of("audit", 2L));
    }

    @Test
    void leasesAreShownWithTheirOwners() {
        LeaseTable table = inspection.leases();
        assertThat(table.leases()).hasSize(Slot.COUNT).allSatisfy(lease -> {
            assertThat(lease.owner()).isEqualTo(RELAY);
            assertThat(lease.expired()).isFalse();
        });
        assertThat(table.instances()).extracting(LeaseTable.Instance::name).containsExactly(RELAY);
    }

    @Test
    void g12_whatIsAskedForHasABound() {
        for (int limit : new int[] {0, Inspection.MAX_KEYS + 1}) {
            assertThatThrownBy(() -> inspection.blockedKeys(limit))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("limit " + limit);
        }
        assertThatThrownBy(() -> inspection.census(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
