package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.BatchHandler;
import dev.outbox.Delivery;
import dev.outbox.HandledElsewhereException;
import dev.outbox.Message;
import dev.outbox.MessageHandler;
import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database has to show when messages are handled once. */
abstract class InboxBehaviour {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    JdbcOutbox outbox;
    JdbcInbox inbox;

    abstract TestDatabase database();

    @BeforeEach
    void createTables() {
        outbox = database().outbox();
        inbox = outbox.inbox();
        database().execute("CREATE TABLE " + database().table("effect") + " (message_id varchar(255) NOT NULL)");
        database()
                .execute("CREATE TABLE " + database().table("stock")
                        + " (item integer PRIMARY KEY, amount integer NOT NULL)");
        database().execute("INSERT INTO " + database().table("stock") + " VALUES (1, 0), (2, 0)");
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES))
                .as("all threads ended")
                .isTrue();
    }

    static Delivery delivery(String consumer, String id) {
        return new Delivery(consumer, Message.to("orders").id(id).text("x"), 1);
    }

    private MessageHandler writing() {
        return inbox.idempotent(this::write);
    }

    private void write(Message message, Connection tx) throws SQLException {
        try (PreparedStatement insert =
                tx.prepareStatement("INSERT INTO " + database().table("effect") + " VALUES (?)")) {
            insert.setString(1, message.id());
            insert.executeUpdate();
        }
    }

    private long effects() {
        return database().count("effect");
    }

    private void add(Connection tx, int item) throws SQLException {
        try (Statement update = tx.createStatement()) {
            update.executeUpdate(
                    "UPDATE " + database().table("stock") + " SET amount = amount + 1 WHERE item = " + item);
        }
    }

    @Test
    void g6_aDuplicateDoesNothing() throws Exception {
        MessageHandler handler = writing();
        handler.handle(delivery("payment", "1"));
        handler.handle(delivery("payment", "1"));
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void g6_everyConsumerHandlesAMessageOnce() throws Exception {
        MessageHandler handler = writing();
        handler.handle(delivery("payment", "1"));
        handler.handle(delivery("shipping", "1"));
        assertThat(effects()).isEqualTo(2);
    }

    @Test
    void g6_idsThatDifferInCaseAccentCompositionOrTrailingSpaceAreDifferentMessages() throws Exception {
        MessageHandler handler = writing();
        for (String id : List.of("a", "A", "ä", "a\u0308", "a ", "a".repeat(254) + "b", "a".repeat(254) + "c")) {
            handler.handle(delivery("payment", id));
        }
        assertThat(effects()).isEqualTo(7);
    }

    @Test
    void g6_effectsInboxRowAndWhatIsPublishedAreCommittedTogether() throws Exception {
        AtomicInteger hints = new AtomicInteger();
        outbox.store().onPublish(hints::incrementAndGet);
        MessageHandler handler = inbox.idempotent((message, tx) -> {
            write(message, tx);
            outbox.publish(tx, Message.to("paid").causedBy(message).text("y"));
            assertThat(database().count("outbox_message"))
                    .as("visible before the commit")
                    .isZero();
            assertThat(hints).as("hints before the commit").hasValue(0);
        });
        handler.handle(delivery("payment", "1"));
        assertThat(database().count("outbox_message")).isEqualTo(1);
        assertThat(effects()).isEqualTo(1);
        assertThat(database().count("inbox_message")).isEqualTo(1);
        assertThat(hints).hasValue(1);
    }

    @Test
    void g6_aFailureLeavesNothingAndTheNextAttemptHandles() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        Exception failure = new Exception("first attempt");
        MessageHandler handler = inbox.idempotent((message, tx) -> {
            write(message, tx);
            outbox.publish(tx, Message.to("paid").text("y"));
            if (attempts.incrementAndGet() == 1) {
                throw failure;
            }
        });
        assertThatThrownBy(() -> handler.handle(delivery("payment", "1"))).isSameAs(failure);
        assertThat(database().count("inbox_message") + effects() + database().count("outbox_message"))
                .isZero();
        handler.handle(delivery("payment", "1"));
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void g6_anErrorLeavesNothing() {
        MessageHandler handler = inbox.idempotent((message, tx) -> {
            write(message, tx);
            throw new StackOverflowError();
        });
        assertThatThrownBy(() -> handler.handle(delivery("payment", "1"))).isInstanceOf(StackOverflowError.class);
        assertThat(database().count("inbox_message") + effects()).isZero();
    }

    @Test
    void g6_ofDuplicatesAtTheSameTimeOneHasAnEffect() throws Exception {
        MessageHandler handler = writing();
        for (int round = 0; round < 20; round++) {
            Delivery delivery = delivery("payment", "round-" + round);
            handleByAll(4, handler, delivery);
        }
        assertThat(effects()).isEqualTo(20);
    }

    private void handleByAll(int count, MessageHandler handler, Delivery delivery) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Boolean>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            running.add(threads.submit(() -> {
                start.await();
                handler.handle(delivery);
                return true;
            }));
        }
        start.countDown();
        for (Future<Boolean> one : running) {
            one.get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void g6_aDuplicateHandlesWhenTheFirstIsRolledBackWhileItWaits() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        MessageHandler failing = inbox.idempotent((message, tx) -> {
            first.countDown();
            end.await();
            throw new IllegalStateException("rolled back");
        });
        Future<Boolean> one = threads.submit(ignoringFailure(() -> {
            failing.handle(delivery("payment", "1"));
            return true;
        }));
        assertThat(first.await(1, TimeUnit.MINUTES)).isTrue();
        Future<Boolean> other = threads.submit(() -> {
            writing().handle(delivery("payment", "1"));
            return true;
        });
        end.countDown();
        assertThat(one.get(1, TimeUnit.MINUTES)).isFalse();
        assertThat(other.get(1, TimeUnit.MINUTES)).isTrue();
        assertThat(effects()).isEqualTo(1);
    }

    private static Callable<Boolean> ignoringFailure(Callable<Boolean> work) {
        return () -> {
            try {
                return work.call();
            } catch (IllegalStateException failed) {
                return false;
            }
        };
    }

    @Test
    void g8_aDuplicateThatWaitsTooLongIsHandledElsewhere() throws Exception {
        JdbcInbox impatient =
                JdbcInbox.on(database().dataSource(), database().options().statementTimeout(Duration.ofSeconds(1)));
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        MessageHandler slow = inbox.idempotent((message, tx) -> {
            write(message, tx);
            first.countDown();
            end.await();
        });
        Future<Boolean> one = threads.submit(() -> {
            slow.handle(delivery("payment", "1"));
            return true;
        });
        assertThat(first.await(1, TimeUnit.MINUTES)).isTrue();
        assertThatThrownBy(() -> impatient.idempotent(this::write).handle(delivery("payment", "1")))
                .isInstanceOf(HandledElsewhereException.class);
        end.countDown();
        assertThat(one.get(1, TimeUnit.MINUTES)).isTrue();
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void g8_aDeadlockChargesNothing() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        List<Future<Boolean>> running = new ArrayList<>();
        for (int item = 1; item <= 2; item++) {
            int mine = item;
            MessageHandler handler = inbox.idempotent((message, tx) -> {
                add(tx, mine);
                both.countDown();
                both.await();
                add(tx, 3 - mine);
            });
            running.add(threads.submit(() -> {
                try {
                    handler.handle(delivery("payment", "item-" + mine));
                    return true;
                } catch (HandledElsewhereException elsewhere) {
                    return false;
                }
            }));
        }
        List<Boolean> handled =
                List.of(running.get(0).get(1, TimeUnit.MINUTES), running.get(1).get(1, TimeUnit.MINUTES));
        assertThat(handled).contains(false);
        long handledCount = handled.stream().filter(yes -> yes).count();
        assertThat(database().count("inbox_message")).isEqualTo(handledCount);
        assertThat(database().number("SELECT sum(amount) FROM " + database().table("stock")))
                .isEqualTo(2 * handledCount);
    }

    @Test
    void anErrorInTheHandlersOwnStatementGoesOnAsItIs() {
        AtomicReference<SQLException> own = new AtomicReference<>();
        MessageHandler handler = inbox.idempotent((message, tx) -> {
            write(message, tx);
            try (Statement insert = tx.createStatement()) {
                insert.executeUpdate("INSERT INTO " + database().table("missing") + " VALUES (1)");
            } catch (SQLException failed) {
                own.set(failed);
                throw failed;
            }
        });
        assertThatThrownBy(() -> handler.handle(delivery("payment", "1")))
                .isInstanceOf(SQLException.class)
                .satisfies(thrown -> assertThat(thrown).isSameAs(own.get()));
        assertThat(database().count("inbox_message") + effects()).isZero();
    }

    @Test
    void g6_aHandlerCannotEndTheTransaction() {
        MessageHandler handler = inbox.idempotent((message, tx) -> {
            write(message, tx);
            tx.commit();
        });
        assertThatThrownBy(() -> handler.handle(delivery("payment", "1"))).isInstanceOf(IllegalStateException.class);
        assertThat(database().count("inbox_message") + effects()).isZero();
    }

    @Test
    void g6_aMessageIsAcceptedOnceInTheCallersOwnTransaction() {
        assertThat(Accepting.accept(outbox, "payment", "1")).isTrue();
        assertThat(Accepting.accept(outbox, "payment", "1")).isFalse();
        assertThat(Accepting.accept(outbox, "shipping", "1")).isTrue();
    }

    @Test
    void g6_theCallersTransactionGoesOnAfterADuplicate() throws SQLException {
        Accepting.accept(outbox, "payment", "1");
        outbox.<Boolean, SQLException>transaction(tx -> {
            assertThat(inbox.accept(tx, "payment", "1")).isFalse();
            write(Message.to("d").id("after").text("x"), tx);
            return true;
        });
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void g6_whatIsAcceptedInATransactionThatIsRolledBackIsAcceptedAgain() throws SQLException {
        try (Connection tx = database().dataSource().getConnection()) {
            tx.setAutoCommit(false);
            assertThat(inbox.accept(tx, "payment", "1")).isTrue();
            tx.rollback();
            tx.setAutoCommit(true);
            assertThatThrownBy(() -> inbox.accept(tx, "payment", "1"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("auto-commit");
        }
        assertThat(Accepting.accept(outbox, "payment", "1")).isTrue();
    }

    private BatchHandler writingBatches() {
        return inbox.idempotentBatch((messages, tx) -> {
            for (Message message : messages) {
                write(message, tx);
            }
        });
    }

    private static List<Delivery> batch(String... ids) {
        return Stream.of(ids).map(id -> delivery("payment", id)).toList();
    }

    @Test
    void g6_ofABatchOnlyWhatWasNotHandledBeforeIsHandledAndEachOnce() throws Exception {
        writing().handle(delivery("payment", "2"));
        List<String> seen = new ArrayList<>();
        BatchHandler handler = inbox.idempotentBatch((messages, tx) -> {
            messages.forEach(message -> seen.add(message.id()));
            outbox.publish(tx, Message.to("paid").text("y"));
        });
        handler.handle(batch("3", "1", "2", "3", "1"));
        assertThat(seen).containsExactly("3", "1");
        handler.handle(batch("1", "2", "3"));
        assertThat(seen).as("the handler is not called when nothing is left").hasSize(2);
        assertThat(database().count("outbox_message")).isEqualTo(1);
        assertThat(database().count("inbox_message")).isEqualTo(3);
    }

    @Test
    void g6_aBatchThatFailsLeavesNothing() throws Exception {
        BatchHandler handler = inbox.idempotentBatch((messages, tx) -> {
            write(messages.get(0), tx);
            throw new IllegalStateException("the second one");
        });
        assertThatThrownBy(() -> handler.handle(batch("1", "2"))).isInstanceOf(IllegalStateException.class);
        assertThat(database().count("inbox_message") + effects()).isZero();
        writingBatches().handle(batch("1", "2"));
        assertThat(effects()).isEqualTo(2);
    }

    @Test
    void g6_overlappingBatchesAtTheSameTimeHaveEachEffectOnce() throws Exception {
        BatchHandler handler = writingBatches();
        AtomicInteger next = new AtomicInteger();
        for (int round = 0; round < 10; round++) {
            String prefix = "round-" + round + "-";
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Boolean>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                List<String> ids = new ArrayList<>(
                        IntStream.range(0, 20).mapToObj(i -> prefix + i).toList());
                Collections.shuffle(ids, new Random(next.incrementAndGet()));
                running.add(threads.submit(() -> {
                    start.await();
                    handler.handle(batch(ids.toArray(String[]::new)));
                    return true;
                }));
            }
            start.countDown();
            for (Future<Boolean> one : running) {
                assertThat(one.get(1, TimeUnit.MINUTES)).isTrue();
            }
        }
        assertThat(effects()).isEqualTo(200);
    }

    @Test
    void g12_whatIsOlderThanTheRetentionIsPrunedInBatches() {
        for (int i = 0; i < 2_100; i += 700) {
            int from = i;
            outbox.transaction(tx -> {
                for (int id = from; id < from + 700; id++) {
                    inbox.accept(tx, "payment", "id-" + id);
                }
                return true;
            });
        }
        assertThat(inbox.prune()).isZero();
        Passing.pass(Duration.ofMillis(20));
        assertThat(inbox.prune(Duration.ofMillis(10))).isEqualTo(2_100);
        assertThat(database().count("inbox_message")).isZero();
        assertThatThrownBy(() -> inbox.prune(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void missingTablesAreNamed() {
        database().execute("DROP TABLE " + database().table("inbox_message"));
        assertThatThrownBy(() -> writing().handle(delivery("payment", "1")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("V1__outbox.sql");
    }
}
