package dev.outbox.examples.orderpipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.examples.orderpipeline.Session.Answer;
import dev.outbox.examples.orderpipeline.order.SampleOrders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class OrderPipelineIT {
    private static final String POISON =
            "{\"id\":\"Q-1\",\"customer\":\"Mara\",\"email\":\"mara@example.com\",\"language\":\"tlh\",\"day\":\"2026-03-01\","
                    + "\"items\":[{\"sku\":\"TEA-01\",\"quantity\":1}]}";

    @TempDir
    Path directory;

    @Test
    void theBooksBalanceAndReadingTheInputAgainPlacesNothing() throws IOException {
        Session shop = shop();
        String input = input(SampleOrders.lines(410, 5));

        Answer first = shop.type("run", "--input", input);
        assertThat(first.output()).contains("410 orders placed, 0 placed before, 1 lines set aside");
        assertThat(first.output()).contains("PASS  the books balance").doesNotContain("FAIL");
        assertThat(first.code()).isZero();

        Answer second = shop.type("run", "--input", input);
        assertThat(second.output()).contains("0 orders placed, 410 placed before, 1 lines set aside");
        assertThat(second.code()).isZero();

        Answer fresh = shop.type("run", "--fresh", "--input", input(SampleOrders.lines(10, 5)));
        assertThat(fresh.output()).contains("10 orders placed, 0 placed before").contains("PASS  the books balance");
        assertThat(ledgers()).hasSize(1);
    }

    @Test
    void theReadModelMadeAnewEqualsTheFirst() throws IOException {
        Session shop = shop();
        shop.type("run", "--input", input(SampleOrders.lines(100, 6)));

        Answer rebuilt = shop.type("rebuild");

        assertThat(rebuilt.output())
                .containsPattern("PASS  [0-9]+ figures made anew from [0-9]+ events equal those that were there");
        assertThat(rebuilt.code()).isZero();
        assertThat(shop.type("audit").code()).isZero();
    }

    @Test
    void aMalformedLineIsReportedWithItsNumberAndSetAsideAndTheOthersArePlaced() throws IOException {
        List<String> good = SampleOrders.lines(3, 7).toList();
        Answer run = shop().type(
                        "run",
                        "--input",
                        input(Stream.of(good.get(0), "nonsense", "", good.get(1), "{\"id\":\"X\"}", good.get(2))));

        assertThat(run.output())
                .contains("line 2 set aside: not JSON: Unrecognized token 'nonsense'")
                .contains("line 5 set aside: 'customer' is missing")
                .contains("3 orders placed, 0 placed before, 2 lines set aside");
        assertThat(run.code()).isZero();
    }

    @Test
    void anotherOrderWithAnIdThatIsTakenIsSetAside() throws IOException {
        String order = POISON.replace("tlh", "en");
        Answer run = shop().type("run", "--input", input(Stream.of(order, order, order.replace("Mara", "Marc"))));

        assertThat(run.output())
                .contains("line 3 set aside: order Q-1 was placed before, and was another one")
                .contains("1 orders placed, 1 placed before, 1 lines set aside");
        assertThat(run.code()).isZero();
    }

    @Test
    void aGatewayWithoutIdempotencyKeysChargesTwiceAndTheAuditSeesIt() throws IOException {
        Answer run = shop().type(
                        "run",
                        "--input",
                        input(SampleOrders.lines(60, 8)),
                        "--faults",
                        "timeout=0.2",
                        "--without-idempotency-keys");

        assertThat(run.output())
                .contains("FAIL  nobody was charged twice")
                .contains("FAIL  money captured = orders fulfilled")
                .contains("FAIL  see the failed lines above")
                .contains("PASS  every accepted order ended in exactly one outcome");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void whatCannotSucceedBecomesADeadLetterThatAPersonRedrivesAfterTheFix() throws IOException {
        Session shop = shop();
        String input = input(Stream.concat(SampleOrders.lines(5, 9), Stream.of(POISON)));

        Answer run = shop.type("run", "--input", input);
        assertThat(run.output())
                .contains("FAIL  every customer was told once")
                .contains("FAIL  no dead letters")
                .contains("PASS  nobody was charged twice");
        assertThat(run.code()).isEqualTo(1);

        assertThat(shop.type("dead-letters", "list").output())
                .contains("OrderFulfilled of order Q-1, given up by notification after 1 attempts (REJECTED)")
                .contains("no texts in language 'tlh'")
                .contains("1 dead letters");
        assertThat(shop.type("dead-letters", "show", "1").output()).contains("\"id\":\"Q-1\"");
        assertThat(shop.type("dead-letters", "show", "99").code()).isEqualTo(1);
        assertThat(shop.type("dead-letters", "redrive", "99").output()).contains("there is no dead letter 99");

        Files.createDirectories(data().resolve("templates"));
        Files.writeString(data().resolve("templates/tlh.properties"), "FULFILLED=nuqneH {customer}: {order}, {total}");
        assertThat(shop.type("dead-letters", "redrive", "--all").output()).contains("1 redriven");

        Answer healed = shop.type("run", "--input", input);
        assertThat(healed.output()).contains("PASS  the books balance");
        assertThat(healed.code()).isZero();
    }

    @Test
    void aDeadLetterCanBeDiscarded() throws IOException {
        Session shop = shop();
        shop.type("run", "--input", input(Stream.of(POISON)));

        assertThat(shop.type("dead-letters", "discard", "1").output()).contains("1 discarded");
        assertThat(shop.type("dead-letters", "list").output()).contains("0 dead letters");
        assertThat(shop.type("audit").output())
                .contains("FAIL  every customer was told once")
                .contains("PASS  no dead letters");
    }

    @Test
    void anInputThatIsNotThereEndsTheRun() {
        assertThat(shop().type("run", "--input", directory.resolve("missing").toString())
                        .code())
                .isEqualTo(1);
    }

    @Test
    void twoPipelinesDoNotShareADirectory() throws IOException {
        try (DataDirectory taken = DataDirectory.open(data())) {
            assertThat(taken.templates()).doesNotExist();
            assertThat(shop().type("audit").code()).isEqualTo(1);
        }
        assertThat(shop().type("audit").code()).isZero();
    }

    private Session shop() {
        return new Session(data());
    }

    private Path data() {
        return directory.resolve("data");
    }

    private List<Path> ledgers() throws IOException {
        try (Stream<Path> files = Files.list(data())) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).toList();
        }
    }

    private String input(Stream<String> lines) throws IOException {
        Path file = directory.resolve("orders.jsonl");
        Files.write(file, lines.toList());
        return file.toString();
    }
}
