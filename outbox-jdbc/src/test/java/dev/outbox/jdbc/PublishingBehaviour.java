package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.MessageLimits;
import dev.outbox.Payload;
import dev.outbox.publish.OutboxFullException;
import dev.outbox.publish.PendingLimit;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.Reader;
import dev.outbox.spi.Slot;
import dev.outbox.spi.StoreException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every database has to show when messages are published. */
abstract class PublishingBehaviour {
    abstract TestDatabase database();

    /** The other connections' settings: everything that a pool may set by default. */
    abstract void withUnusualDefaults(SqlWork<javax.sql.DataSource> work) throws SQLException;

    interface SqlWork<T> {
        void run(T argument) throws SQLException;
    }

    static Message message(String key) {
        return Message.to("orders").key(key).text("hello");
    }

    private void inTransaction(SqlWork<Connection> work) throws SQLException {
        try (Connection tx = database().dataSource().getConnection()) {
            tx.setAutoCommit(false);
            try {
                work.run(tx);
            } finally {
                tx.rollback();
                tx.setAutoCommit(true);
            }
        }
    }

    private static List<Message> stored(JdbcOutbox outbox) {
        List<Reader> readers = IntStream.range(0, Slot.COUNT)
                .mapToObj(slot -> new Reader(slot, 0, 0, 20_000, null, null))
                .toList();
        return outbox
                .store()
                .fetch(new Fetch(readers, Set.of(), Set.of(), List.of(), Long.MAX_VALUE / 2))
                .readers()
                .stream()
                .flatMap(result -> result.rows().stream())
                .map(Fetched.Row::stored)
                .sorted(java.util.Comparator.comparingLong(
                        stored -> stored.row().position()))
                .map(stored -> stored.message())
                .toList();
    }

    @Test
    void g1_aConnectionInAutoCommitModeIsRefused() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        try (Connection connection = database().dataSource().getConnection()) {
            assertThatThrownBy(() -> outbox.publish(connection, message("k")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("auto-commit")
                    .hasMessageContaining("setAutoCommit(false)");
        }
        assertThat(stored(outbox)).isEmpty();
    }

    @Test
    void g1_whatIsRolledBackWasNeverPublished() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        inTransaction(tx -> outbox.publish(tx, message("k")));
        assertThat(stored(outbox)).isEmpty();
    }

    @Test
    void g1_aSavepointTakesBackWhatWasPublishedAfterIt() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        Message kept = message("kept");
        inTransaction(tx -> {
            outbox.publish(tx, kept);
            java.sql.Savepoint savepoint = tx.setSavepoint();
            outbox.publish(tx, message("taken back"));
            tx.rollback(savepoint);
            tx.commit();
        });
        assertThat(stored(outbox)).containsExactly(kept);
    }

    @Test
    void g5_everythingArrivesAsPublishedInTheOrderOfPublishing() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        byte[] allBytes = new byte[256];
        IntStream.range(0, 256).forEach(i -> allBytes[i] = (byte) i);
        Message full = Message.to("Übermaß")
                .id("eigene-Id 🚀")
                .key("KEY")
                .type("Type")
                .header("traceparent", "00-11-22-01")
                .header("text", "a:b = 'c' \\ \"d\" 🚀 ")
                .header("empty", "")
                .correlationId("correlation")
                .causationId("causation")
                .notBefore(Instant.parse("2031-02-03T04:05:06.789012Z"))
                .payload("application/x-all", Payload.of(allBytes));
        Message plain = Message.to("d").payload("x/y", Payload.empty());
        Message twin = Message.to("Übermaß").id(full.id()).key("key").text("the same id, the key in another case");
        inTransaction(tx -> {
            outbox.publish(tx, full);
            outbox.publish(tx, plain, twin);
            tx.commit();
        });
        assertThat(stored(outbox)).containsExactly(full, plain, twin);
    }

    @Test
    void g12_anyNumberOfMessagesIsOneRoundTripWithTheirOrderKept() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        List<Message> many =
                IntStream.range(0, 3_000).mapToObj(i -> message("key-" + i % 7)).toList();
        inTransaction(tx -> {
            CallerConnection caller = new CallerConnection(tx);
            outbox.publish(caller.guarded(), many);
            outbox.publish(caller.guarded(), message("single"));
            outbox.publish(caller.guarded());
            assertThat(caller.executed()).hasSize(2);
            tx.commit();
        });
        assertThat(stored(outbox)).hasSize(3_001).startsWith(many.toArray(new Message[0]));
    }

    @Test
    void g10_nothingIsCalledOnTheCallersConnectionThatChangesIt() throws SQLException {
        JdbcOutbox outbox = database().bare();
        inTransaction(tx -> assertThatThrownBy(() -> outbox.publish(new CallerConnection(tx).guarded(), message("k")))
                .isInstanceOf(StoreException.class));
        outbox.schema().apply();
        inTransaction(tx -> {
            Connection guarded = new CallerConnection(tx).guarded();
            outbox.publish(guarded, message("k"));
            assertThat(outbox.inbox().accept(guarded, "consumer", "id")).isTrue();
        });
    }

    @Test
    void g12_tooManyMessagesAreRefused() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        List<Message> tooMany = Collections.nCopies(JdbcOutbox.MAX_MESSAGES + 1, message("k"));
        inTransaction(tx -> assertThatThrownBy(() -> outbox.publish(tx, tooMany))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10001")
                .hasMessageContaining("10000"));
    }

    @Test
    void g12_whatIsLargerThanItsDestinationTakesIsRefusedAndTheTransactionGoesOn() throws SQLException {
        JdbcOutbox outbox = JdbcOutbox.on(
                database().dataSource(),
                database()
                        .options()
                        .limits(destination -> new MessageLimits(destination.equals("small") ? 3 : 9, 1, 50)));
        outbox.schema().apply();
        inTransaction(tx -> {
            assertThatThrownBy(() ->
                            outbox.publish(tx, message("k"), Message.to("small").text("four")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("small")
                    .hasMessageContaining("4 bytes");
            outbox.publish(tx, Message.to("large").text("four"));
            tx.commit();
        });
        assertThat(stored(outbox)).hasSize(1);
    }

    @Test
    void g12_aTimeThatNoColumnTakesIsRefused() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        Message never = Message.to("d").notBefore(Instant.MAX).text("x");
        inTransaction(tx -> assertThatThrownBy(() -> outbox.publish(tx, never))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("notBefore"));
    }

    @Test
    void missingTablesAreNamedWithTheScriptAndHowToApplyIt() throws SQLException {
        JdbcOutbox outbox = database().bare();
        inTransaction(tx -> assertThatThrownBy(() -> outbox.publish(tx, message("k")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("missing")
                .hasMessageContaining("V1__outbox.sql")
                .hasMessageContaining("schema().apply()")
                .hasCauseInstanceOf(SQLException.class));
        assertThatThrownBy(() -> outbox.store().depth(10))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("V1__outbox.sql");
        assertThatThrownBy(() -> outbox.schema().validate())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(database().table("outbox_message"))
                .hasMessageContaining(database().table("inbox_parked"));
    }

    @Test
    void tablesOfAnotherVersionAreNamed() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        database().execute("ALTER TABLE " + database().table("outbox_message") + " DROP COLUMN causation_id");
        inTransaction(tx -> assertThatThrownBy(() -> outbox.publish(tx, message("k")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("another version")
                .hasMessageContaining("V1__outbox.sql"));
        database().execute("DELETE FROM " + database().table("outbox_schema"));
        assertThatThrownBy(() -> outbox.schema().validate())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("causation_id")
                .hasMessageContaining("V1__outbox.sql");
        database().execute("INSERT INTO " + database().table("outbox_schema") + " (version) VALUES (4)");
        assertThatThrownBy(() -> outbox.schema().validate())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("version 4");
    }

    @Test
    void theScriptIsAppliedOnceAlsoWhenSeveralApplyIt() {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(i -> new Thread(() -> {
                    try {
                        database().bare().schema().apply();
                    } catch (RuntimeException | Error failed) {
                        failures.add(failed);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        threads.forEach(Threads::join);
        assertThat(failures).isEmpty();
        database().bare().schema().validate();
        assertThat(database().count("outbox_lease")).isEqualTo(64);
    }

    @Test
    void theScriptIsPrintedWithItsNames() {
        JdbcOutbox outbox = JdbcOutbox.on(
                database().dataSource(),
                JdbcOptions.defaults().schema("messaging").tablePrefix("Shop_"));
        assertThat(outbox.schema().script())
                .contains("messaging.shop_outbox_message (")
                .contains("messaging.shop_inbox_parked (")
                .doesNotContain("${prefix}outbox")
                .doesNotContain("${local}");
    }

    @Test
    void g1_aTransactionIsCommittedWhenItsWorkReturnsAndWakesTheRelay() {
        JdbcOutbox outbox = database().outbox();
        AtomicInteger visible = new AtomicInteger();
        outbox.store().onPublish(() -> visible.set(stored(outbox).size()));
        String result = outbox.transaction(tx -> {
            outbox.publish(tx, message("k"));
            return "done";
        });
        assertThat(result).isEqualTo("done");
        assertThat(visible).as("rows visible at the last hint").hasValue(1);
    }

    @Test
    void g1_aTransactionIsRolledBackWhenItsWorkThrows() {
        JdbcOutbox outbox = database().outbox();
        SQLException missingTable = new SQLException("the application's own table is missing", "42P01");
        for (Exception failure : List.of(new IOException("no"), missingTable)) {
            assertThatThrownBy(() -> outbox.transaction(tx -> {
                        outbox.publish(tx, message("k"));
                        throw failure;
                    }))
                    .isSameAs(failure);
        }
        assertThat(stored(outbox)).isEmpty();
    }

    @Test
    void g1_workInATransactionCannotEndIt() {
        JdbcOutbox outbox = database().outbox();
        List<SqlWork<Connection>> attempts =
                List.of(Connection::commit, Connection::rollback, Connection::close, tx -> tx.setAutoCommit(true));
        for (SqlWork<Connection> attempt : attempts) {
            assertThatThrownBy(() -> outbox.<Boolean, SQLException>transaction(tx -> {
                        outbox.publish(tx, message("k"));
                        attempt.run(tx);
                        return true;
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("committed when it returns");
        }
        assertThat(stored(outbox)).isEmpty();
    }

    @Test
    void hintsComeWhenPublishedAndWhenCommittedUntilTheyAreTakenBack() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        AtomicInteger hints = new AtomicInteger();
        var registration = outbox.store().onPublish(hints::incrementAndGet);
        outbox.store().onPublish(() -> {
            throw new IllegalStateException("a hint that fails");
        });
        inTransaction(tx -> outbox.publish(tx, message("k")));
        outbox.committed();
        assertThat(hints).hasValue(2);
        registration.close();
        outbox.committed();
        assertThat(hints).hasValue(2);
    }

    @Test
    void oneHintComesWithTheCommitOfTheOutboxsOwnTransactionAndOneAtOnceInThatOfAnother() {
        JdbcOutbox outbox = database().outbox();
        AtomicInteger hints = new AtomicInteger();
        outbox.store().onPublish(hints::incrementAndGet);
        outbox.transaction(tx -> {
            outbox.publish(tx, message("k"));
            return assertThat(hints).hasValue(0);
        });
        assertThat(hints).hasValue(1);
        database().bare().transaction(tx -> {
            outbox.publish(tx, message("k"));
            return tx;
        });
        assertThat(hints).hasValue(2);
    }

    @Test
    void poolsWithUnusualDefaultsWorkAndGetTheirConnectionsBackAsTheyWere() throws SQLException {
        database().outbox();
        withUnusualDefaults(dataSource -> {
            JdbcOutbox outbox = JdbcOutbox.on(dataSource, database().options());
            outbox.transaction(tx -> {
                outbox.publish(tx, message("k"));
                return true;
            });
            List<Fetched.Row> rows = stored(outbox).isEmpty() ? List.of() : rows(outbox);
            assertThat(rows).hasSize(1);
            outbox.store().heartbeat(new Heartbeat("a", Duration.ofMinutes(1), Map.of(), Set.of(1), Map.of()));
            outbox.store().complete(List.of(rows.get(0).stored().row()));
            assertThat(stored(outbox)).isEmpty();
            outbox.deadLetters().redrive(dev.outbox.spi.DeadLetterQuery.all());
        });
    }

    private static List<Fetched.Row> rows(JdbcOutbox outbox) {
        Reader reader = new Reader(Slot.of("k"), 0, 0, 10, null, null);
        return outbox.store()
                .fetch(new Fetch(List.of(reader), Set.of(), Set.of(), List.of(), 1_000_000))
                .readers()
                .get(0)
                .rows();
    }

    @Test
    void g12_aFullOutboxRefusesAndCountsWhatItDrops() throws SQLException {
        database().outbox();
        JdbcOutbox refusing =
                JdbcOutbox.on(database().dataSource(), database().options().pendingLimit(PendingLimit.refuse(2)));
        publish(refusing, message("1"), message("2"));
        assertThatThrownBy(() -> publish(refusing, message("3"))).isInstanceOf(OutboxFullException.class);
        JdbcOutbox dropping =
                JdbcOutbox.on(database().dataSource(), database().options().pendingLimit(PendingLimit.drop(2)));
        publish(dropping, Message.to("d").droppable().text("rather drop it"));
        assertThat(dropping.dropped()).isEqualTo(1);
        assertThat(stored(dropping)).hasSize(2);
    }

    private static void publish(JdbcOutbox outbox, Message... messages) {
        outbox.transaction(tx -> {
            outbox.publish(tx, messages);
            return true;
        });
    }

    @Test
    void failuresShowNoValuesOfTheMessage() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        database()
                .execute("ALTER TABLE " + database().table("outbox_message") + " ADD CONSTRAINT "
                        + "no_canary CHECK (id <> 'canary-id')");
        Message canary = Message.to("d")
                .id("canary-id")
                .key("canary-key")
                .header("h", "canary-header")
                .text("canary-payload");
        inTransaction(tx -> assertThatThrownBy(() -> outbox.publish(tx, canary, message("k")))
                .isInstanceOf(StoreException.class)
                .satisfies(failure -> assertThat(Threads.stackTraceOf(failure)).doesNotContain("canary-")));
    }

    @Test
    void aNullDestinationOrConnectionIsTheCallersMistake() {
        assertThatThrownBy(() -> Message.to(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Message.to("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> database().bare().publish(null, message("k")))
                .isInstanceOf(NullPointerException.class);
        assertThatCode(() -> database().bare()).doesNotThrowAnyException();
    }
}
