package dev.outbox.examples.orderpipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.examples.orderpipeline.Session.Answer;
import dev.outbox.examples.orderpipeline.order.SampleOrders;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class PostgresIT {
    @TempDir
    Path directory;

    @Test
    void theBooksBalanceOnPostgres() throws IOException {
        Path input = directory.resolve("orders.jsonl");
        Files.write(input, SampleOrders.lines(400, 11).toList());
        try (Database database = PostgresServer.shared().createDatabase()) {
            Session shop = new Session(
                    directory.resolve("data"),
                    "--jdbc-url",
                    database.jdbcUrl(),
                    "--user",
                    database.user(),
                    "--password",
                    database.password());

            Answer run = shop.type("run", "--input", input.toString());
            assertThat(run.output())
                    .contains("400 orders placed")
                    .contains("PASS  the books balance")
                    .doesNotContain("FAIL");
            assertThat(run.code()).isZero();
            assertThat(shop.type("rebuild").code()).isZero();
            assertThat(shop.type("dead-letters", "list").output()).contains("0 dead letters");

            Answer fresh = shop.type("run", "--fresh", "--input", input.toString(), "--faults", "none");
            assertThat(fresh.output())
                    .contains("400 orders placed, 0 placed before")
                    .contains("PASS  the books balance");
        }
    }
}
