package dev.outbox.examples.orderpipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.examples.orderpipeline.BrokerKind.PrivateBroker;
import dev.outbox.examples.orderpipeline.Session.Answer;
import dev.outbox.examples.orderpipeline.order.SampleOrders;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each service a process of its own with a broker between them; one is killed amid its work, and so is the pipeline itself with all of them. */
@Timeout(600)
class BrokerPipelineIT {
    private static final int ORDERS = 200;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(BrokerKind.class)
    void theBooksBalanceAlthoughServicesAreKilled(BrokerKind kind) throws IOException {
        Path data = directory.resolve("data");
        Path input = directory.resolve("orders.jsonl");
        Files.write(input, SampleOrders.lines(ORDERS, 31).toList());
        try (Database database = PostgresServer.shared().createDatabase();
                PrivateBroker broker = kind.startPrivate()) {
            String[] shop = {
                "--transport",
                kind.name().toLowerCase(Locale.ROOT),
                "--broker",
                broker.address(),
                "--jdbc-url",
                database.jdbcUrl(),
                "--user",
                database.user(),
                "--password",
                database.password()
            };
            List<Long> services = killAmidWork(data, input, shop);
            await("the services end with the pipeline")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> services.stream().noneMatch(Child::runs));

            try (Child last = Child.start(data, input, shop)) {
                assertThat(last.awaitExit()).as(last.output()).isZero();
                assertThat(last.output()).contains("PASS  the books balance").contains(ORDERS + " orders: ");
            }
            assertEachServiceHasTablesOfItsOwn(data, shop);
        }
    }

    /** Kills the payment service, sees it started again, and kills the pipeline. */
    private static List<Long> killAmidWork(Path data, Path input, String... shop) {
        try (Child first = Child.start(data, input, shop)) {
            List<Long> services = Stream.of(Service.values()).map(first::pid).toList();
            first.awaitEnded(ORDERS / 10);
            ProcessHandle.of(first.pid(Service.PAYMENT)).ifPresent(ProcessHandle::destroyForcibly);
            first.awaitOutput("The process of payment ended with code 137; starting it again");
            first.awaitEnded(ORDERS / 3);
            first.kill9();
            assertThat(first.ended()).as("orders ended at the kill").isLessThan(ORDERS);
            return services;
        }
    }

    private static void assertEachServiceHasTablesOfItsOwn(Path data, String... shop) {
        Session session = new Session(data, shop);
        assertThat(session.type("rebuild").output()).contains("equal those that were there");
        Answer dead = session.type("dead-letters", "list");
        assertThat(dead.output()).contains("0 dead letters");
        assertThat(session.type("dead-letters", "redrive", "1").code()).isEqualTo(2);
        assertThat(session.type("dead-letters", "redrive", "1", "--service", "payment")
                        .output())
                .contains("there is no dead letter 1");
    }
}
