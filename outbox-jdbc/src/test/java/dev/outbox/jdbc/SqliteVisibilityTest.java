package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where others have transactions that commit in any order, SQLite has one that writes, and others that wait for it. */
class SqliteVisibilityTest extends VisibilityBehaviour {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    void checkFloors(Drain drain) {
        assertThat(drain.highestFloor()).isPositive();
    }

    /** The row that was written first appears first, because the other writer waits. */
    @Test
    @Override
    void g3_aRowThatAppearsLateIsReadBelowTheCursorAndNoHorizonPassesIt() throws SQLException {
        Message late = message("k");
        Message early = message("k");
        Thread other = new Thread(() -> outbox.transaction(tx -> {
            outbox.publish(tx, early);
            return true;
        }));
        try (Connection slow = database().dataSource().getConnection()) {
            slow.setAutoCommit(false);
            outbox.publish(slow, late);
            other.start();
            long highest = 0;
            for (int i = 0; i < 5; i++) {
                Passing.pass(Duration.ofMillis(20));
                Fetched before = fetch(0, 0);
                assertThat(rows(before)).isEmpty();
                highest = Math.max(highest, before.horizon());
            }
            slow.commit();
            slow.setAutoCommit(true);
            Threads.join(other);
            Fetched fetched = fetch(highest, highest);
            List<RowRef> after = rows(fetched);
            assertThat(after).extracting(RowRef::id).containsExactly(late.id(), early.id());
            assertThat(after.get(0).position()).isGreaterThan(highest);
            assertThat(fetched.horizon()).isEqualTo(after.get(1).position());
        }
    }

    /** What was rolled back was never seen, so its positions may be given to others. */
    @Test
    void g1_noHorizonPassesAPositionThatIsGivenOutAgainAfterARollback() throws SQLException {
        try (Connection tx = database().dataSource().getConnection()) {
            tx.setAutoCommit(false);
            outbox.publish(tx, message("k"));
            assertThat(fetch(0, 0).horizon()).isZero();
            tx.rollback();
            outbox.publish(tx, message("k"));
            assertThat(fetch(0, 0).horizon()).isZero();
            tx.commit();
            tx.setAutoCommit(true);
        }
        assertThat(fetch(0, 0).horizon()).isEqualTo(rows(fetch(0, 0)).get(0).position());
    }

    /** RULES 5 */
    @Test
    void g1_thePositionOfADeletedRowIsNeverGivenOutAgain() throws SQLException {
        outbox.transaction(tx -> {
            outbox.publish(tx, message("k"));
            return true;
        });
        RowRef first = rows(fetch(0, 0)).get(0);
        outbox.store().complete(List.of(first));
        outbox.transaction(tx -> {
            outbox.publish(tx, message("k"));
            return true;
        });
        assertThat(rows(fetch(0, 0)).get(0).position()).isGreaterThan(first.position());
    }

    /** Who hangs while it writes keeps all others from writing. They say so after half of a lease, read on, and write when it has gone. */
    @Test
    @Override
    void g10_aTransactionThatHangsOnASlotDoesNotStopTheHeartbeatsOfOthers() throws SQLException {
        Heartbeat heartbeat = new Heartbeat("b", Duration.ofSeconds(1), Map.of(), Set.of(1), Map.of());
        try (Connection hanging = database().dataSource().getConnection()) {
            hanging.setAutoCommit(false);
            outbox.publish(hanging, message("k"));
            long began = System.nanoTime();
            assertThatThrownBy(() -> outbox.store().heartbeat(heartbeat))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("one writer at a time")
                    .matches(Failures::isElsewhere);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(500), Duration.ofSeconds(20));
            assertThat(rows(fetch(0, 0))).isEmpty();
            hanging.rollback();
            hanging.setAutoCommit(true);
        }
        LeaseTable table = outbox.store().heartbeat(heartbeat);
        assertThat(table.leases().get(1).owner()).isEqualTo("b");
    }
}
