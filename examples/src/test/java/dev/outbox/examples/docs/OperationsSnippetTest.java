package dev.outbox.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;

/** The Java of docs/OPERATIONS.md, compiled and run. */
class OperationsSnippetTest {
    private static final Path SOURCE = Path.of("src/test/java/dev/outbox/examples/docs/OperationsSnippetTest.java");

    @Test
    void deadLettersAreListedRedrivenAndDiscarded() {
        JdbcConnectionPool database = JdbcConnectionPool.create("jdbc:h2:mem:operations;DB_CLOSE_DELAY=-1", "sa", "");
        JdbcOutbox outbox = JdbcOutbox.on(database);
        outbox.schema().apply();
        // begin
        DeadLetters dead = outbox.deadLetters();
        dead.list(DeadLetterQuery.all().destination("orders")); // the first 100; page with above(number)
        dead.redrive(DeadLetterQuery.number(42)); // one
        dead.redriveAtRate(DeadLetterQuery.all().type("OrderPlaced"), 50); // many, in order, 50 a second
        dead.discard(DeadLetterQuery.all().olderThan(Duration.ofDays(30)));
        // end
        assertThat(dead.count(DeadLetterQuery.all())).isZero();
        database.dispose();
    }

    @Test
    void theDocumentShowsWhatRunsHere() throws Exception {
        String source = Files.readString(SOURCE);
        String snippet = source.substring(source.indexOf("// begin\n") + 9, source.indexOf("        // end\n"));
        assertThat(Files.readString(Path.of("../docs/OPERATIONS.md")))
                .contains(Arrays.stream(snippet.split("\n")).map(String::strip).toList());
    }
}
