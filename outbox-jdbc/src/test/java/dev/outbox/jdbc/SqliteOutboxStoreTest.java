package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Change;
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
import dev.outbox.testkit.OutboxStoreContract;
import dev.outbox.testkit.PublishingTransaction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where the contract has two transactions that write at the same time, the second one waits here, and what is to be shown is what follows from that. */
class SqliteOutboxStoreTest extends OutboxStoreContract {
    private static final String KEY = "k";
    private static final int SLOT = Slot.of(KEY);

    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    private final JdbcOutbox outbox = database.outbox();

    @Override
    protected OutboxStore store() {
        return outbox.store();
    }

    @Override
    protected PublishingTransaction begin() {
        return new JdbcPublishing(outbox, database.dataSource());
    }

    @Override
    protected void passTime(Duration time) {
        Passing.pass(time);
    }

    private static Message message() {
        return Message.to("d").key(KEY).text("x");
    }

    private void publish(Message message) {
        PublishingTransaction transaction = begin();
        transaction.publish(message);
        transaction.commit();
    }

    private Fetched fetch(long cursor) {
        Reader reader = new Reader(SLOT, 0, cursor, 2_000, null, null);
        return store().fetch(new Fetch(List.of(reader), Set.of(), Set.of(), List.of(), 1_000_000));
    }

    private static List<RowRef> rows(Fetched fetched) {
        return fetched.readers().get(0).rows().stream()
                .map(row -> row.stored().row())
                .toList();
    }

    /** While {@code slow} is open, another thread publishes; returns when both have committed. */
    private void publishInTurn(Message slow, Message other) {
        PublishingTransaction transaction = begin();
        transaction.publish(slow);
        Thread waiting = new Thread(() -> publish(other));
        waiting.start();
        Passing.pass(Duration.ofMillis(50));
        assertThat(rows(fetch(0))).isEmpty();
        transaction.commit();
        Threads.join(waiting);
    }

    @Test
    @Override
    public void g3_aRowThatBecomesVisibleLateIsReadBelowTheCursor() {
        Message slow = message();
        Message other = message();
        publishInTurn(slow, other);
        List<RowRef> rows = rows(fetch(0));
        assertThat(rows).extracting(RowRef::id).containsExactly(slow.id(), other.id());
        assertThat(rows(fetch(rows.get(0).position())))
                .as("read below the cursor too, while they are there")
                .isEqualTo(rows);
        store().complete(rows);
    }

    @Test
    @Override
    public void g3_manyRowsThatBecomeVisibleLateAreReadInOrder() {
        List<Message> all =
                Stream.generate(SqliteOutboxStoreTest::message).limit(1_200).toList();
        PublishingTransaction transaction = begin();
        transaction.publish(all.toArray(Message[]::new));
        transaction.commit();
        long cursor = fetch(0).horizon();
        Message last = message();
        publish(last);
        assertThat(broughtBelow(cursor))
                .as("as if all but the last had appeared late")
                .isEqualTo(Stream.concat(all.stream(), Stream.of(last))
                        .map(Message::id)
                        .toList());
        store().complete(rows(fetch(0)));
    }

    @Test
    @Override
    public void g1_theHorizonStaysBelowEveryPositionThatCanStillAppear() {
        for (int round = 0; round < 5; round++) {
            long before = fetch(0).horizon();
            publishInTurn(message(), message());
            Fetched fetched = fetch(0);
            assertThat(rows(fetched)).hasSize(2).allMatch(row -> row.position() > before);
            assertThat(fetched.horizon()).isEqualTo(rows(fetched).get(1).position());
            store().complete(rows(fetched));
        }
    }

    @Test
    @Override
    public void g3_aLateRowParkedBeforeAnotherGoesFirst() {
        publish(message());
        publish(message());
        List<RowRef> rows = rows(fetch(0));
        RowRef earlier = rows.get(0);
        RowRef later = rows.get(1);
        LeaseTable table = store().heartbeat(new Heartbeat("a", Duration.ofHours(1), Map.of(), Set.of(SLOT), Map.of()));
        Map<Integer, Long> epoch = Map.of(SLOT, table.leases().get(SLOT).epoch());
        for (Change change : List.of(
                new Change.Park(later, ParkReason.RETRY, 1, Duration.ZERO, "failed"),
                new Change.Park(earlier, ParkReason.BEHIND, 0, Duration.ZERO, ""))) {
            assertThat(store().settle(new Settlement("a", epoch, List.of(change))))
                    .isEmpty();
        }
        DueFetched due = store().fetchDue(new DueFetch(Set.of(SLOT), 100, 100, Map.of(), 1_000_000));
        assertThat(due.due()).hasSize(1);
        assertThat(due.due().get(0).head().stored().row()).isEqualTo(earlier);
        assertThat(due.due().get(0).followers())
                .extracting(follower -> follower.stored().row())
                .containsExactly(later);
        store().complete(rows);
    }
}
