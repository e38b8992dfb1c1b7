package dev.outbox.examples.orderpipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.examples.orderpipeline.Session.Answer;
import dev.outbox.examples.orderpipeline.order.SampleOrders;
import dev.outbox.testservers.MariaDbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same shop on each database. */
@Timeout(600)
class DatabasesIT {
    private static final int ORDERS = 200;

    @TempDir
    Path directory;

    private String input = "";

    @BeforeEach
    void writeInput() throws IOException {
        Path file = directory.resolve("orders.jsonl");
        Files.write(file, SampleOrders.lines(ORDERS, 23).toList());
        input = file.toString();
    }

    private Session shop(String... always) {
        return new Session(directory.resolve("data"), always);
    }

    private void run(Session shop, String placed, String... more) {
        String[] typed = new String[more.length + 3];
        typed[0] = "run";
        typed[1] = "--input";
        typed[2] = input;
        System.arraycopy(more, 0, typed, 3, more.length);
        Answer answer = shop.type(typed);
        assertThat(answer.output())
                .contains(placed)
                .contains("PASS  the books balance")
                .doesNotContain("FAIL");
        assertThat(answer.code()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void oneOptionChoosesTheDatabaseAndTheBooksBalance(DatabaseKind kind) {
        run(shop("--database", kind.lowerCase()), ORDERS + " orders placed, 0 placed before", "--fresh");
    }

    @Test
    void aFileOfSqliteKeepsWhatARunHasLeft() {
        whatARunHasLeftIsThereForTheNext(shop("--database", "sqlite"));
    }

    @Test
    void mariaDbKeepsWhatARunHasLeft() {
        try (MariaDbServer server = MariaDbServer.start()) {
            whatARunHasLeftIsThereForTheNext(
                    shop("--jdbc-url", server.jdbcUrl(), "--user", server.user(), "--password", server.password()));
        }
    }

    private void whatARunHasLeftIsThereForTheNext(Session shop) {
        run(shop, ORDERS + " orders placed, 0 placed before", "--faults", "none");
        assertThat(shop.type("audit").output())
                .contains("PASS  the books balance")
                .contains(ORDERS + " orders: ");
        assertThat(shop.type("rebuild").output()).contains("equal those that were there");
        assertThat(shop.type("dead-letters", "list").output()).contains("0 dead letters");
        run(shop, ORDERS + " orders placed, 0 placed before", "--faults", "none", "--fresh");
    }
}
