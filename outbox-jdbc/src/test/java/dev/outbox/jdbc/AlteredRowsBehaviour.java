package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.Message;
import dev.outbox.relay.Relay;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.DeliveryStore.Claimed;
import dev.outbox.spi.DeliveryStore.Delivery;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What every database has to do with rows that somebody has altered by hand: one that cannot be read becomes a dead letter, and keeps no other from going. */
abstract class AlteredRowsBehaviour {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final List<String> UNREADABLE = List.of(
            "headers = 'no line of a header'",
            "headers = ':'",
            "headers = 'ce_id:reserved'",
            "destination = ''",
            "message_key = ''",
            "type = ''",
            "content_type = ''",
            "correlation_id = ''");

    private final Queue<Message> sent = new ConcurrentLinkedQueue<>();

    abstract TestDatabase database();

    /** Assignments to {@code not_before} and {@code created_at} that this database takes, though no message has such a time. */
    List<String> oddTimes() {
        return List.of();
    }

    private static Message message(String id) {
        return Message.to("orders").id(id).key("key of " + id).header("a", "b").text("secret");
    }

    private static void publish(JdbcOutbox outbox, String... ids) throws SQLException {
        outbox.transaction(tx -> {
            for (String id : ids) {
                outbox.publish(tx, message(id));
            }
            return true;
        });
    }

    private void alter(String table, String assignment, String id) {
        database().execute("UPDATE " + database().table(table) + " SET " + assignment + " WHERE id = '" + id + "'");
    }

    @Test
    void g10_aRowThatCannotBeReadBecomesADeadLetterAndTheOthersAreSent() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        for (int i = 0; i < UNREADABLE.size(); i++) {
            publish(outbox, "good " + i, "bad " + i);
            alter("outbox_message", UNREADABLE.get(i), "bad " + i);
        }
        try (Relay relay = Relay.from(outbox.store()).to(new Taking()).start()) {
            await("nothing is pending").atMost(LONGEST).until(() -> database().count("outbox_message") == 0);
            assertThat(relay.state()).isEqualTo(Relay.State.RUNNING);
        }
        assertThat(sent)
                .hasSize(UNREADABLE.size())
                .allMatch(message -> message.id().startsWith("good"));
        List<DeadLetter> dead = outbox.deadLetters().list(DeadLetterQuery.all());
        assertThat(dead).hasSize(UNREADABLE.size()).allSatisfy(letter -> {
            assertThat(letter.message().id()).startsWith("bad");
            assertThat(letter.reason()).isEqualTo(DeadReason.REJECTED);
            assertThat(letter.error())
                    .startsWith("the row cannot be read as a message: ")
                    .doesNotContain("secret");
        });
    }

    @Test
    void aDeliveryThatCannotBeReadIsClaimedWithItsFlaw() {
        DeliveryStore store = database().outbox().deliveries();
        for (String id : List.of("good", "bad")) {
            store.park(new Delivery("billing", message(id), Instant.EPOCH), 1, Duration.ZERO, "");
        }
        alter("inbox_parked", UNREADABLE.get(0), "bad");
        alter("inbox_parked", "attempts = -5, last_delay_micros = -7", "bad");
        List<Claimed> claimed = store.claimDue("here", List.of("billing"), 10, LONGEST);
        assertThat(claimed).extracting(row -> row.flaw().isPresent()).containsExactly(false, true);
        Claimed bad = claimed.get(1);
        assertThat(bad.attempts()).isZero();
        assertThat(bad.lastDelayNanos()).isZero();
        assertThat(store.bury("here", bad.number(), DeadReason.REJECTED, 0, "flaw"))
                .isTrue();
    }

    @Test
    void timesThatNoMessageHasKeepNobodyFromReading() throws SQLException {
        JdbcOutbox outbox = database().outbox();
        publish(outbox, "good");
        for (int i = 0; i < oddTimes().size(); i++) {
            publish(outbox, "odd " + i);
            alter("outbox_message", oddTimes().get(i), "odd " + i);
        }
        try (Relay relay = Relay.from(outbox.store()).to(new Taking()).start()) {
            await("the good one is sent")
                    .atMost(LONGEST)
                    .until(() -> sent.stream().anyMatch(message -> message.id().equals("good")));
            await("all have gone somewhere")
                    .atMost(LONGEST)
                    .until(() -> database().count("outbox_message") == 0);
            await("the counts can be read")
                    .atMost(LONGEST)
                    .until(() -> relay.statistics().depth().isPresent());
        }
        outbox.inspection().census(100);
        outbox.inspection().blockedKeys(10);
    }

    /** Takes everything. */
    private final class Taking implements Transport {
        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            for (Outgoing outgoing : batch) {
                sent.add(outgoing.message());
                outcomes.onOutcome(outgoing.token(), new Outcome.Confirmed());
            }
        }

        @Override
        public void close() {}
    }
}
