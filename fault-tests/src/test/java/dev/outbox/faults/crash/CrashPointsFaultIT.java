package dev.outbox.faults.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.testservers.Database;
import dev.outbox.testservers.MariaDbServer;
import dev.outbox.testservers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * g1, g3, g6, g9: a process that ends without a word at any step of a message loses, doubles and reorders nothing. Runs with
 * {@code -Dlong=true}: a few points with H2, all points with each store, and with each transport, and {@code target/crash-points} has a table of them.
 */
class CrashPointsFaultIT {
    private static final Set<String> FEW = Set.of(
            "publish: commit (after)",
            "send (after)",
            "settle confirmed (before)",
            "park RETRY (after)",
            "inbox: commit (after)",
            "redrive (after)");

    /** What only comes to pass when something takes long, or a process has ended at a certain moment before. */
    private static final List<String> OCCASIONAL =
            List.of("SUSPECT", "BEHIND", "consumer: renew", "consumer: unclaim", "leave");

    @TempDir
    Path directory;

    private static void check(String name, Campaign campaign, Predicate<String> wanted) throws IOException {
        List<String> wrong = campaign.run(wanted);
        StringBuilder table = new StringBuilder();
        campaign.points()
                .forEach((point, hit) -> table.append(point)
                        .append('\t')
                        .append(hit ? "halted" : "-")
                        .append('\n'));
        Path target = Files.createDirectories(Path.of("target", "crash-points"));
        Files.writeString(target.resolve(name + ".tsv"), table.toString());
        assertThat(wrong).as(name).isEmpty();
        assertThat(campaign.points().entrySet())
                .filteredOn(point -> wanted.test(point.getKey()))
                .filteredOn(point -> OCCASIONAL.stream().noneMatch(point.getKey()::contains))
                .as("%s: a process was halted at each point", name)
                .isNotEmpty()
                .allMatch(Map.Entry::getValue);
    }

    private Campaign h2() {
        String url = "jdbc:h2:file:" + directory.resolve("outbox") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
        return new Campaign(url, "sa", "", Way.IN_PROCESS, "");
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = "true")
    void aFewPointsWithH2() throws IOException {
        Campaign campaign = h2();
        check("h2-few", campaign, FEW::contains);
        assertThat(campaign.points().keySet()).containsAll(FEW);
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = "true")
    void allPointsWithH2() throws IOException {
        check("h2-in_process", h2(), point -> true);
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = "true")
    void allPointsWithSqlite() throws IOException {
        String url = "jdbc:sqlite:" + directory.resolve("outbox.db")
                + "?journal_mode=WAL&synchronous=FULL&busy_timeout=60000&transaction_mode=IMMEDIATE";
        check("sqlite-in_process", new Campaign(url, "", "", Way.IN_PROCESS, ""), point -> true);
    }

    @Test
    @EnabledIfSystemProperty(named = "long", matches = "true")
    void allPointsWithMariaDb() throws IOException {
        try (Database database = MariaDbServer.shared().createDatabase()) {
            Campaign campaign =
                    new Campaign(database.jdbcUrl(), database.user(), database.password(), Way.IN_PROCESS, "");
            check("mariadb-in_process", campaign, point -> true);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @EnabledIfSystemProperty(named = "long", matches = "true")
    void allPointsWithPostgresqlAnd(Way way) throws IOException {
        Way.Running running = way.start();
        try (Database database = PostgresServer.shared().createDatabase()) {
            Campaign campaign =
                    new Campaign(database.jdbcUrl(), database.user(), database.password(), way, running.address());
            check("postgresql-" + way.name().toLowerCase(java.util.Locale.ROOT), campaign, point -> true);
        } finally {
            running.close().run();
        }
    }
}
