package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.relay.Relay;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.StoreException;
import dev.outbox.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Roles that have what docs/OPERATIONS.md grants them, and nothing else. */
class PostgresRightsIT {
    private static final List<String> ROLES = List.of("publisher", "relay", "consumer", "operator");
    private static final Duration BOUND = Duration.ofSeconds(60);

    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    private final String unique = Long.toHexString(System.nanoTime());
    private final List<HikariDataSource> pools = new ArrayList<>();
    private final Set<String> handled = ConcurrentHashMap.newKeySet();
    private volatile boolean cured;

    @BeforeEach
    void grant() throws IOException {
        database.outbox();
        for (String role : ROLES) {
            database.execute("CREATE ROLE " + role + unique + " LOGIN PASSWORD 'secret'");
        }
        for (String grant : documented()) {
            database.execute(grant);
        }
    }

    private List<String> documented() throws IOException {
        String text = Files.readString(Path.of("../docs/OPERATIONS.md"));
        String rights = text.substring(text.indexOf("### Rights"));
        String script = rights.substring(rights.indexOf("```sql") + 6);
        script = script.substring(0, script.indexOf("```"))
                .replace("messaging", database.options().names().schema());
        for (String role : ROLES) {
            script = script.replaceAll("\\b" + role + "\\b(?=[,;])", role + unique);
        }
        return Scripts.statements(script.strip() + "\n");
    }

    @AfterEach
    void drop() {
        pools.forEach(HikariDataSource::close);
        for (String role : ROLES) {
            database.execute("DROP OWNED BY " + role + unique);
            database.execute("DROP ROLE " + role + unique);
        }
    }

    private JdbcOutbox as(String role) {
        HikariDataSource pool = PostgresDatabase.pool(config -> {
            config.setUsername(role + unique);
            config.setPassword("secret");
            config.setMaximumPoolSize(4);
        });
        pools.add(pool);
        return JdbcOutbox.on(pool, database.options());
    }

    private static void publish(JdbcOutbox outbox, Message... messages) {
        outbox.transaction(tx -> {
            outbox.publish(tx, messages);
            return true;
        });
    }

    private static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what + " within " + BOUND).isLessThan(deadline);
            Passing.pass(Duration.ofMillis(10));
        }
    }

    @Test
    void eachRoleCanDoItsWorkWithWhatIsDocumented() {
        JdbcOutbox publisher = as("publisher");
        JdbcOutbox relaying = as("relay");
        JdbcOutbox consuming = as("consumer");
        JdbcOutbox operator = as("operator");
        SubscriberOptions twice = SubscriberOptions.defaults()
                .retry(RetryPolicy.fixed(Duration.ofMillis(10)).maxAttempts(2));
        try (InProcessTransport subscribers = InProcessTransport.over(consuming.deliveries())
                        .subscribe(
                                "orders",
                                "audit",
                                consuming.inbox().idempotent((message, tx) -> handle(message)),
                                twice)
                        .start();
                Relay relay = Relay.from(relaying.store())
                        .to(subscribers)
                        .route("nowhere", new Refusing())
                        .name("r")
                        .start()) {
            assertThat(relay.name()).isEqualTo("r");
            publish(publisher, Message.to("orders").key("a").text("good"));
            publish(
                    publisher,
                    Message.to("orders").key("b").text("bad"),
                    Message.to("orders").key("b").text("behind"),
                    Message.to("orders")
                            .key("c")
                            .notBefore(Instant.now().plusMillis(300))
                            .text("later"),
                    Message.to("nowhere").key("d").text("refused"));
            await(() -> handled.containsAll(Set.of("good", "behind", "later")), "all but the bad are handled");
            await(() -> operator.deadLetters().count(DeadLetterQuery.all()) == 2, "two are given up");
            assertThat(operator.inspection().leases().leases()).allMatch(lease -> "r".equals(lease.owner()));
            assertThat(operator.inspection().census(100).dead()).isNotEmpty();
            assertThat(operator.inspection().blockedKeys(10)).isEmpty();
            assertThat(operator.schema().differences()).isEmpty();
            assertThat(relaying.schema().differences()).isEmpty();
            cured = true;
            assertThat(operator.deadLetters()
                            .redriveAtRate(DeadLetterQuery.all().consumer("audit"), 100))
                    .isEqualTo(1);
            assertThat(operator.deadLetters().redrive(DeadLetterQuery.all().ofRelay()))
                    .isEqualTo(1);
            await(() -> handled.contains("bad"), "what was redriven is handled");
            await(() -> operator.deadLetters().count(DeadLetterQuery.all().ofRelay()) == 1, "it is refused again");
            assertThat(operator.deadLetters().discard(DeadLetterQuery.all())).isEqualTo(1);
        }
        assertThat(consuming.inbox().prune(Duration.ZERO)).isPositive();
        assertThat(operator.inbox().prune(Duration.ZERO)).isZero();
    }

    private void handle(Message message) {
        String text = message.payload().toUtf8String();
        if (text.equals("bad") && !cured) {
            throw new IllegalStateException("not yet");
        }
        handled.add(text);
    }

    @Test
    void noRoleCanDoMore() {
        assertThatThrownBy(() -> as("publisher").store().depth(10))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("42501");
        assertThatThrownBy(() -> as("relay").deadLetters().discard(DeadLetterQuery.all()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("42501");
        assertThatThrownBy(() -> as("operator")
                        .transaction(
                                tx -> tx.createStatement().execute("DROP TABLE " + database.table("inbox_attempt"))))
                .hasMessageContaining("must be owner");
    }

    /** A destination that never takes anything. */
    private static final class Refusing implements Transport {
        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            batch.forEach(sending ->
                    outcomes.onOutcome(sending.token(), new Outcome.Rejected(new IllegalArgumentException("never"))));
        }

        @Override
        public void close() {
            // Has nothing open.
        }
    }
}
