package dev.outbox.examples.orderpipeline.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.examples.orderpipeline.gateway.GatewayAnswer.Declined;
import dev.outbox.examples.orderpipeline.gateway.GatewayAnswer.Done;
import dev.outbox.examples.orderpipeline.gateway.GatewayClient.Keys;
import dev.outbox.examples.orderpipeline.gateway.LedgerEntry.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayServerTest {
    /** For an answer that comes. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    /** What a client does at a gateway. */
    @FunctionalInterface
    private interface Visit {
        void to(GatewayClient client) throws Exception;
    }

    @Test
    void theSameKeyIsChargedOnceAndGetsTheSameReceiptAlsoAfterARestart() throws Exception {
        Faults none = Faults.parse("none", 0);
        visit(
                none,
                Keys.SENT,
                client -> assertThat(client.charge("k", "A-1", 500)).isEqualTo(client.charge("k", "A-1", 500)));
        visit(
                none,
                Keys.SENT,
                client -> assertThat(client.charge("k", "A-1", 500)).isInstanceOf(Done.class));

        assertThat(ledger())
                .singleElement()
                .satisfies(entry -> assertThat(entry.kind()).isEqualTo(Kind.CHARGE));
    }

    @Test
    void withoutAKeyEveryRequestIsCharged() throws Exception {
        visit(Faults.parse("none", 0), Keys.LEFT_OUT, client -> {
            client.charge("k", "A-1", 500);
            client.charge("k", "A-1", 500);
        });

        assertThat(ledger()).hasSize(2);
    }

    @Test
    void aDeclinedCardStaysDeclinedForItsKey() throws Exception {
        visit(
                Faults.parse("decline=1", 0),
                Keys.SENT,
                client -> assertThat(client.charge("k", "A-1", 500)).isEqualTo(new Declined("card declined")));
        visit(
                Faults.parse("none", 0),
                Keys.SENT,
                client -> assertThatThrownBy(() -> client.charge("k", "A-1", 500))
                        .isInstanceOf(GatewayRefusedException.class));

        assertThat(ledger()).extracting(LedgerEntry::kind).containsExactly(Kind.DECLINE);
    }

    @Test
    void aKeyServesOneRequestOnly() throws Exception {
        visit(Faults.parse("none", 0), Keys.SENT, client -> {
            client.charge("k", "A-1", 500);
            assertThatThrownBy(() -> client.charge("k", "A-1", 501))
                    .isInstanceOf(GatewayRefusedException.class)
                    .hasMessageContaining("409");
            assertThatThrownBy(() -> client.refund("k", "A-1", 500)).isInstanceOf(GatewayRefusedException.class);
        });
    }

    @Test
    void aTimeoutHasTakenTheMoney() throws Exception {
        visit(
                Faults.parse("timeout=1", 0),
                Keys.SENT,
                GatewayClient.TIMEOUT,
                client -> assertThatThrownBy(() -> client.charge("k", "A-1", 500))
                        .isInstanceOf(GatewayException.class)
                        .hasMessageContaining("no answer"));

        assertThat(ledger()).hasSize(1);
    }

    @Test
    void aBusyGatewaySaysWhenToComeBackAndTakesNothing() throws Exception {
        visit(
                Faults.parse("rate-limit=1", 0),
                Keys.SENT,
                client -> assertThatThrownBy(() -> client.charge("k", "A-1", 500))
                        .isInstanceOfSatisfying(
                                GatewayException.class,
                                e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(1))));

        assertThat(ledger()).isEmpty();
    }

    @Test
    void aFailingGatewayTakesNothing() throws Exception {
        visit(
                Faults.parse("error=1", 0),
                Keys.SENT,
                client -> assertThatThrownBy(() -> client.charge("k", "A-1", 500))
                        .isInstanceOf(GatewayException.class)
                        .hasMessageContaining("503"));

        assertThat(ledger()).isEmpty();
    }

    @Test
    void whatIsNoAmountIsRefused() throws Exception {
        visit(
                Faults.parse("none", 0),
                Keys.SENT,
                client -> assertThatThrownBy(() -> client.charge("k", "A-1", 0))
                        .isInstanceOf(GatewayRefusedException.class)
                        .hasMessageContaining("400"));
    }

    private void visit(Faults faults, Keys keys, Visit visit) throws Exception {
        visit(faults, keys, PATIENCE, visit);
    }

    private void visit(Faults faults, Keys keys, Duration timeout, Visit visit) throws Exception {
        try (Ledger ledger = Ledger.open(file());
                GatewayServer server = GatewayServer.start(0, new Accounts(ledger, faults), faults)) {
            URI address = URI.create("http://127.0.0.1:" + server.port());
            visit.to(new GatewayClient(() -> address, keys, timeout));
        }
    }

    private java.util.List<LedgerEntry> ledger() throws IOException {
        return Ledger.read(file());
    }

    private Path file() {
        return directory.resolve("ledger.jsonl");
    }
}
