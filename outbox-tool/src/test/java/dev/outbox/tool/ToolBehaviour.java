package dev.outbox.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outbox.Message;
import dev.outbox.jdbc.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tool as people and scripts use it, on an application's database. */
abstract class ToolBehaviour {
    private final Map<String, String> environment = new HashMap<>();
    private Application application;

    @TempDir
    Path directory;

    abstract String url();

    abstract String user();

    abstract String password();

    abstract DataSource dataSource();

    @BeforeEach
    void useDatabase() {
        environment.put("OUTBOX_URL", url());
        environment.put("OUTBOX_USER", user());
        environment.put("OUTBOX_PASSWORD", password());
        application = new Application(dataSource());
    }

    private Typed type(String... arguments) {
        return Typed.type(environment, arguments);
    }

    private String done(String... arguments) {
        Typed typed = type(arguments);
        assertThat(typed.err()).isEmpty();
        assertThat(typed.code()).as(typed.out()).isZero();
        return typed.out();
    }

    private JsonNode json(String... arguments) throws IOException {
        return new ObjectMapper().readTree(done(arguments));
    }

    private String numberOf(String key) throws IOException {
        return json("dead-letters", "list", "--key", key, "--json")
                .get(0)
                .get("number")
                .asText();
    }

    private static Message.Builder to(String key, String type) {
        return Message.to("orders").key(key).type(type);
    }

    private void withTables() {
        application.outbox().schema().apply();
    }

    /** Nothing but what --help and the commands themselves say is needed. */
    @Test
    void aStuckKeyIsFoundExplainedAndRedriven() throws IOException {
        withTables();
        Message poison = to("ada", "Poison").text("first");
        Message flaky = to("bob", "Flaky").text("first");
        Message behind = to("bob", "Placed").text("second");
        application.publish(poison, flaky, behind, to("cyd", "Placed").text("arrives"));
        application.relayAll();

        assertThat(done("--help")).contains("status", "blocked-keys", "dead-letters");
        assertThat(done("status"))
                .contains("1 REJECTED")
                .contains("1 BEHIND, 1 RETRY")
                .contains("relays: 0 of 64 slots have an owner; nothing is sent")
                .contains("orders / bob")
                .contains("1 waiting")
                .contains("Flaky " + flaky.id())
                .contains("1 attempt, next in ")
                .contains("connection refused");
        assertThat(done("blocked-keys", "--destination", "orders", "--key", "bob"))
                .contains("connection refused");
        assertThat(done("blocked-keys", "--destination", "orders", "--key", "ada"))
                .isEqualToIgnoringNewLines("no key is blocked");
        assertThat(done("dead-letters", "list")).contains("ada", "Poison", "no such product", "1 dead letter");
        long number =
                json("dead-letters", "list", "--json").get(0).get("number").asLong();
        assertThat(done("dead-letters", "show", "" + number)).contains(poison.id(), "no such product");

        application.cure();
        assertThat(done("dead-letters", "redrive", "" + number)).contains("1 redriven");
        application.relayAll();
        assertThat(application.delivered()).contains(poison.id());
        assertThat(done("dead-letters", "list")).contains("0 dead letters");
        Typed again = type("dead-letters", "redrive", "" + number);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.out()).contains("there is no dead letter " + number);
    }

    @Test
    void programsGetJson() throws IOException {
        withTables();
        application.publish(
                to("ada", "Poison").text("x"),
                to("bob", "Flaky").text("x"),
                to("bob", "Placed").text("x"));
        application.relayAll();
        application.publish(to("new", "Placed").text("x"));

        JsonNode status = json("--json", "status");
        assertThat(status.get("pending").asLong()).isEqualTo(1);
        assertThat(status.get("oldestPendingSeconds").asDouble()).isBetween(0.0, 60.0);
        assertThat(status.get("parked").get("RETRY").asLong()).isEqualTo(1);
        assertThat(status.get("deadLetters").get("REJECTED").asLong()).isEqualTo(1);
        assertThat(status.get("schemaVersion").asInt()).isEqualTo(Schema.NEWEST);
        assertThat(status.get("blockedKeys").get(0).get("key").asText()).isEqualTo("bob");
        assertThat(status.get("blockedKeys").get(0).get("waiting").asLong()).isEqualTo(1);
        JsonNode letter = json("dead-letters", "list", "--json").get(0);
        assertThat(letter.get("error").asText()).contains("no such product");
        assertThat(letter.get("payloadBytes").asInt()).isEqualTo(1);
        assertThat(letter.has("payloadText")).isFalse();
        assertThat(json("dead-letters", "discard", letter.get("number").asText(), "--json")
                        .get("discarded")
                        .asLong())
                .isEqualTo(1);
    }

    @Test
    void payloadsAndHeaderValuesAreShownOnlyWhenAskedFor() throws IOException {
        withTables();
        application.publish(
                to("ada", "Poison").header("authorization", "Bearer 123").text("the payload"),
                to("bob", "Poison").bytes(new byte[] {(byte) 0xff, 0}));
        application.relayAll();
        String first = numberOf("ada");
        String second = numberOf("bob");

        assertThat(done("dead-letters", "show", first))
                .contains("header authorization", "11 bytes")
                .doesNotContain("the payload", "Bearer 123");
        assertThat(done("dead-letters", "show", first, "--payload")).contains("    the payload", "Bearer 123");
        assertThat(done("dead-letters", "show", second, "--payload")).contains("in Base64: /wA=");
        assertThat(json("dead-letters", "list", "--key", "bob", "--json", "--payload")
                        .get(0)
                        .get("payloadBase64")
                        .asText())
                .isEqualTo("/wA=");
    }

    @Test
    void whatMessagesHoldDoesNothingToATerminal() throws IOException {
        withTables();
        String hostile = "\u202eevil\u001b[2J\u0007\u009b31m\r\ud83d\ude00\ud800 \n0 dead letters";
        Message message = to("key\u202e\u2028", "Poison")
                .header("h", "\u200fvalue")
                .bytes(hostile.getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
        Message text = to("key", "Poison").bytes(hostile.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        application.publish(message, text);
        application.relayAll();
        String first = numberOf("key\u202e\u2028");
        String second = numberOf("key");
        for (String[] typed : new String[][] {
            {"dead-letters", "list"},
            {"dead-letters", "list", "--json", "--payload"},
            {"dead-letters", "show", first, "--payload"},
            {"dead-letters", "show", second, "--payload"},
            {"status"}
        }) {
            assertThat(done(typed).codePoints().filter(c -> c != '\n'))
                    .as(String.join(" ", typed))
                    .noneMatch(c -> Character.isISOControl(c)
                            || Character.getType(c) == Character.FORMAT
                            || Character.getType(c) == Character.SURROGATE
                            || c == 0x2028);
        }
        assertThat(json("dead-letters", "show", first, "--json").get("key").asText())
                .as("JSON has the same value")
                .isEqualTo("key\u202e\u2028");
        assertThat(done("dead-letters", "show", second, "--payload"))
                .contains("\\u202eevil\\u001b[2J")
                .contains("\ud83d\ude00")
                .doesNotContain("\n0 dead letters");
    }

    private void die(int count) {
        withTables();
        application.publish(IntStream.range(0, count)
                .mapToObj(i -> to("k" + i, i % 2 == 0 ? "Poison" : "Placed").text("x"))
                .toArray(Message[]::new));
        application.relayAll();
    }

    @Test
    void manyAreChangedOnlyWhenThatIsConfirmed() {
        die(20);
        Typed nobody = type("dead-letters", "discard", "--all");
        assertThat(nobody.code()).isEqualTo(4);
        assertThat(nobody.err()).contains("Discard 10 dead letters?").contains("--yes");
        Typed no = Typed.type(environment, new Typed.Answering("n"), "dead-letters", "redrive", "--all");
        assertThat(no.code()).isEqualTo(4);
        assertThat(done("dead-letters", "list")).contains("10 dead letters");
        Typed yes = Typed.type(environment, new Typed.Answering("y"), "dead-letters", "discard", "--key", "k4");
        assertThat(yes.out()).contains("1 discarded");
        assertThat(done("dead-letters", "discard", "--type", "Poison", "--yes")).contains("9 discarded");
        assertThat(done("dead-letters", "redrive", "--all")).contains("0 redriven");
    }

    @Test
    void manyAreRedrivenAtARate() {
        die(40);
        long start = System.nanoTime();
        assertThat(done("dead-letters", "redrive", "--destination", "orders", "--relay", "--rate", "20", "--yes"))
                .contains("20 redriven");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("20 at 20 a second")
                .isGreaterThan(Duration.ofMillis(900));
        assertThat(application.outbox().store().pending(100)).isEqualTo(20);
    }

    @Test
    void filtersAreThoseOfTheLibrary() {
        die(6);
        assertThat(done("dead-letters", "list", "--key", "k2")).contains("1 dead letter");
        assertThat(done("dead-letters", "list", "--type", "Placed")).contains("0 dead letters");
        assertThat(done("dead-letters", "list", "--consumer", "audit")).contains("0 dead letters");
        assertThat(done("dead-letters", "list", "--older-than", "1h")).contains("0 dead letters");
        String page = done("dead-letters", "list", "--limit", "2");
        assertThat(page).contains("2 dead letters").contains("there may be more: --above ");
        String above = page.substring(page.indexOf("--above ") + 8).strip();
        assertThat(done("dead-letters", "list", "--above", above)).contains("1 dead letter\n");
        assertThat(type("dead-letters", "list", "--relay", "--consumer", "c").code())
                .isEqualTo(2);
    }

    @Test
    void tablesAreAppliedAndValidated() throws IOException {
        Typed without = type("schema", "validate");
        assertThat(without.code()).isEqualTo(1);
        assertThat(without.out())
                .contains("the table outbox_message is missing")
                .contains("version 0");
        Typed status = type("status");
        assertThat(status.code()).isEqualTo(3);
        assertThat(status.err()).contains("are missing").contains("outbox schema apply");

        assertThat(done("schema", "apply")).contains("from version 0 to version " + Schema.NEWEST);
        assertThat(done("schema", "apply")).contains("version " + Schema.NEWEST + " was there");
        assertThat(done("schema", "validate")).contains("as they should be");
        assertThat(done("schema", "apply", "--table-prefix", "other_")).contains("from version 0");
        assertThat(done("schema", "print", "--table-prefix", "other_")).contains("CREATE", "other_outbox_message");
        assertThat(json("schema", "validate", "--json").get("differences")).isEmpty();
    }

    @Test
    void theInboxIsPruned() throws IOException {
        withTables();
        application.outbox().transaction(tx -> application.outbox().inbox().accept(tx, "audit", "id-1"));
        assertThat(done("inbox", "prune", "--older-than", "7d")).contains("0 forgotten");
        Typed young = type("inbox", "prune", "--older-than", "0s");
        assertThat(young.code()).isEqualTo(2);
        assertThat(young.err()).contains("--yes");
        assertThat(json("inbox", "prune", "--older-than", "0s", "--yes", "--json")
                        .get("pruned")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void passwordsComeFromAFileAVariableOrTheKeyboard() throws IOException {
        withTables();
        environment.remove("OUTBOX_PASSWORD");
        Path file = Files.writeString(directory.resolve("secret"), password() + "\n");
        assertThat(done("status", "--password-file", file.toString())).contains("pending");
        environment.put("SHOP_SECRET", password());
        assertThat(done("status", "--password-env", "SHOP_SECRET")).contains("pending");
        Typed asked = Typed.type(environment, new Typed.Answering(password()), "status", "--ask-password");
        assertThat(asked.code()).isZero();
        assertThat(type("status", "--ask-password").code()).isEqualTo(2);
        assertThat(type("status", "--password-env", "NO_SUCH").code()).isEqualTo(2);
    }
}
