package dev.outbox.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line takes, without a database. */
class CommandLineTest {
    private static Typed type(String typed) {
        return Typed.type(Map.of(), typed.split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            status                                                | --url is missing
            status --url jdbc:nosuch://u:hidden@host/db?password=hidden | jdbc:nosuch://host/db is no URL of a database
            status --keys 1001 --url jdbc:h2:mem:x                | --keys 1001 must be 0 to 1000
            blocked-keys --key k --url jdbc:h2:mem:x              | --destination and --key go together
            blocked-keys --limit 0 --url jdbc:h2:mem:x            | --limit 0 must be 1 to 1000
            dead-letters redrive --url jdbc:h2:mem:x              | say which
            dead-letters redrive 1 --all --url jdbc:h2:mem:x      | say which
            dead-letters redrive 1 --key k --url jdbc:h2:mem:x    | say which
            dead-letters redrive --all --rate 0 --url jdbc:h2:mem:x | --rate 0.0 must be above 0
            dead-letters discard --above -1 --url jdbc:h2:mem:x   | --above -1 must not be negative
            dead-letters list --limit 10001 --url jdbc:h2:mem:x   | --limit 10001 must be 1 to 10000
            dead-letters list --older-than soon --url jdbc:h2:mem:x | 'soon' is no duration: write 90s, 15m, 12h or 7d
            dead-letters show --url jdbc:h2:mem:x                 | NUMBER
            dead-letters show first --url jdbc:h2:mem:x           | first
            inbox prune --url jdbc:h2:mem:x                       | --older-than
            status --schema a.b --url jdbc:h2:mem:x               | schema 'a.b' must be a letter
            status --timeout 2h --url jdbc:h2:mem:x               | 1 second to 1 hour
            schema print --database nosuch                        | there are no scripts for a database called 'nosuch'
            schema print --database h2 --from 9                   | version 9 must be 0 to
            bury                                                  | bury
            """)
    void whatMakesNoSenseIsRefusedWithAReason(String typed, String reason) {
        Typed done = type(typed);
        assertThat(done.code()).isEqualTo(2);
        assertThat(done.err()).contains(reason).contains("--help").doesNotContain("hidden");
        assertThat(done.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status --password geheim",
                "--password=geheim status --url jdbc:h2:mem:x",
                "--password geheim --nosuch"
            })
    void aPasswordThatWasTypedIsNotRepeated(String typed) {
        Typed done = type(typed);
        assertThat(done.code()).isEqualTo(2);
        assertThat(done.out() + done.err()).doesNotContain("geheim");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "status",
                "blocked-keys",
                "dead-letters",
                "dead-letters list",
                "dead-letters show",
                "dead-letters redrive",
                "dead-letters discard",
                "inbox",
                "inbox prune",
                "schema",
                "schema print",
                "schema apply",
                "schema validate"
            })
    void everyCommandHasHelp(String command) {
        Typed done = type((command + " --help").strip());
        assertThat(done.code()).isZero();
        assertThat(done.out()).contains("Usage: " + ("outbox " + command).strip());
        assertThat(done.out().lines()).as("fits a terminal").allMatch(line -> line.length() <= 110);
    }

    @Test
    void theScriptsArePrintedWithoutADatabase() {
        Typed done = type("schema print --database postgresql --schema messaging --table-prefix shop_");
        assertThat(done.code()).isZero();
        assertThat(done.out()).contains("CREATE TABLE messaging.shop_outbox_message (");
        assertThat(type("schema print --database h2 --from 1").out()).doesNotContain("CREATE TABLE");
        assertThat(type("schema print --database sqlite --table-prefix shop_").out())
                .contains("shop_outbox_message (");
        assertThat(type("schema print --database sqlite --schema messaging").err())
                .contains("SQLite has no schemas");
    }

    @Test
    void aDatabaseThatIsNotThereIsNotMade(@TempDir Path directory) {
        Typed h2 = type("schema apply --user sa --url jdbc:h2:file:" + directory.resolve("none"));
        assertThat(h2.code()).isEqualTo(3);
        assertThat(h2.err()).contains("not found");
        assertThat(directory).isEmptyDirectory();
        Typed sqlite = type("schema apply --url jdbc:sqlite:" + directory.resolve("none.db"));
        assertThat(sqlite.code()).isEqualTo(3);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void durationsAreShownAsPeopleSayThem() {
        assertThat(Durations.show(Duration.ofMillis(20))).isEqualTo("20 ms");
        assertThat(Durations.show(Duration.ofSeconds(119))).isEqualTo("119 s");
        assertThat(Durations.show(Duration.ofMinutes(119))).isEqualTo("119 min");
        assertThat(Durations.show(Duration.ofHours(47))).isEqualTo("47 h");
        assertThat(Durations.show(Duration.ofDays(1234))).isEqualTo("1,234 d");
    }
}
