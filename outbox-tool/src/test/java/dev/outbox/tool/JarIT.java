package dev.outbox.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jar that has everything in it, run by {@code java -jar} as a user does. */
class JarIT {
    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("outbox-tool-.*-all\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the jar is made by mvn package"));
        }
    }

    private static Typed run(Database database, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("OUTBOX_URL", database.jdbcUrl());
        builder.environment().put("OUTBOX_USER", database.user());
        builder.environment().put("OUTBOX_PASSWORD", database.password());
        Path err = Files.createTempFile("outbox-tool", ".err");
        Process process = builder.redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ends").isTrue();
        return new Typed(process.exitValue(), out, Files.readString(err));
    }

    @Test
    void itWorksByItself() throws IOException, InterruptedException {
        try (Database database = PostgresServer.shared().createDatabase()) {
            Typed applied = run(database, "schema", "apply");
            assertThat(applied.err()).isEmpty();
            assertThat(applied.out()).contains("from version 0");
            assertThat(run(database, "status").out()).contains("pending").contains("0 of 64 slots");
            assertThat(run(database, "dead-letters", "discard", "--all").out()).contains("0 discarded");
            assertThat(run(database, "dead-letters", "show", "1").code()).isEqualTo(1);
            assertThat(run(database, "nonsense").code()).isEqualTo(2);
            for (String url :
                    List.of("jdbc:mariadb://127.0.0.1:1/x", "jdbc:sqlite:/no/such/file", "jdbc:h2:file:/no/such")) {
                Typed refused = run(database, "status", "--url", url);
                assertThat(refused.code()).as(url).isEqualTo(3);
                assertThat(refused.err()).doesNotContain("no URL of a database");
            }
        }
    }
}
