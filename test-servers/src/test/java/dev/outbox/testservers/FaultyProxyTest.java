package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class FaultyProxyTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(200);

    private EchoServer server;
    private FaultyProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = EchoServer.start();
        proxy = FaultyProxy.to("127.0.0.1", server.port());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void withoutAFaultAllPasses() throws IOException {
        String text = "x".repeat(300_000);
        try (EchoClient first = EchoClient.connect(proxy);
                EchoClient second = EchoClient.connect(proxy)) {
            assertThat(first.echo(text)).isEqualTo(text);
            assertThat(second.echo("two")).isEqualTo("two");
            assertThat(first.echo("one")).isEqualTo("one");
        }
        awaitOpen(0);
    }

    @Test
    void aCutEndsAllConnectionsOnBothSidesAndNewOnesWork() throws IOException {
        try (EchoClient first = EchoClient.connect(proxy);
                EchoClient second = EchoClient.connect(proxy)) {
            first.echo("one");
            second.echo("two");

            proxy.cut();

            assertThat(first.isEnded()).isTrue();
            assertThat(second.isEnded()).isTrue();
            awaitOpen(0);
        }
        try (EchoClient third = EchoClient.connect(proxy)) {
            assertThat(third.echo("three")).isEqualTo("three");
        }
    }

    @Test
    void aFrozenLinkHoldsEverythingBackAndLosesNothing() throws IOException {
        try (EchoClient old = EchoClient.connect(proxy)) {
            old.echo("before");
            int received = server.received();

            proxy.freeze();
            old.send("held");
            try (EchoClient young = EchoClient.connect(proxy)) {
                young.send("held too");
                assertThat(old.isSilentFor(SHORT)).isTrue();
                assertThat(young.isSilentFor(SHORT)).isTrue();
                assertThat(server.received()).isEqualTo(received);
                assertThat(server.open()).isEqualTo(1);

                proxy.thaw();
                assertThat(old.receive()).isEqualTo("held");
                assertThat(young.receive()).isEqualTo("held too");
            }
        }
    }

    @Test
    void acrossAFrozenLinkNobodyLearnsThatTheOtherSideHasGone() throws IOException {
        EchoClient client = EchoClient.connect(proxy);
        client.echo("before");

        proxy.freeze();
        client.close();
        assertThat(Await.holdsWithin(() -> server.open() == 0, SHORT)).isFalse();

        proxy.thaw();
        awaitOpen(0);
    }

    @Test
    void aTextFreezesOnlyTheConnectionThatSendsIt() throws IOException {
        try (EchoClient first = EchoClient.connect(proxy);
                EchoClient second = EchoClient.connect(proxy)) {
            proxy.freezeConnectionThatSends("DELETE");
            assertThat(first.echo("SELECT")).isEqualTo("SELECT");
            second.send("a DELETE");

            assertThat(second.isSilentFor(SHORT)).isTrue();
            assertThat(proxy.heldConnections()).isEqualTo(1);
            assertThat(first.echo("a DELETE too")).isEqualTo("a DELETE too");

            proxy.thaw();
            assertThat(second.receive()).isEqualTo("a DELETE");
            assertThat(second.echo("DELETE once more")).isEqualTo("DELETE once more");
        }
    }

    @Test
    void thawingTakesBackATrapThatNothingHasSprung() throws IOException {
        try (EchoClient client = EchoClient.connect(proxy)) {
            proxy.freezeConnectionThatSends("DELETE");
            proxy.thaw();
            assertThat(client.echo("DELETE")).isEqualTo("DELETE");
        }
    }

    @Test
    void aFrozenLinkCanBeCut() throws IOException {
        try (EchoClient client = EchoClient.connect(proxy)) {
            client.echo("before");
            proxy.freeze();
            client.send("lost");
            proxy.cut();

            assertThat(client.isEnded()).isTrue();
            awaitOpen(0);
        }
    }

    @Test
    void droppedRepliesAreLostThoughTheRequestArrives() throws IOException {
        try (EchoClient unlucky = EchoClient.connect(proxy);
                EchoClient untouched = EchoClient.connect(proxy)) {
            unlucky.echo("before");
            untouched.echo("before");
            int received = server.received();

            proxy.dropReplies();
            unlucky.send("commit");
            int expected = received + "commit\n".length();
            Await.until(() -> server.received() == expected, BOUND, () -> server.received() + " bytes have arrived");
            assertThat(unlucky.isSilentFor(SHORT)).isTrue();

            proxy.deliverReplies();
            assertThat(unlucky.isEnded()).isTrue();
            assertThat(untouched.echo("after")).isEqualTo("after");
        }
    }

    @Test
    void aThrottledLinkLetsSoManyBytesPassInASecondAndLosesNothing() throws IOException {
        int bytes = 10_000;
        String text = "x".repeat(bytes);
        try (EchoClient client = EchoClient.connect(proxy)) {
            client.echo("before");

            proxy.throttle(bytes * 10);
            long begun = System.nanoTime();
            assertThat(client.echo(text)).isEqualTo(text);
            // There and back.
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(200));

            proxy.throttle(1);
            client.send("slow");
            assertThat(client.isSilentFor(SHORT)).isTrue();
        }
        assertThatThrownBy(() -> proxy.throttle(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void aDelayTakesPlaceInBothDirections() throws IOException {
        try (EchoClient client = EchoClient.connect(proxy)) {
            client.echo("before");

            proxy.delay(SHORT);
            long startNanos = System.nanoTime();
            assertThat(client.echo("slow")).isEqualTo("slow");
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThanOrEqualTo(SHORT.multipliedBy(2));

            proxy.delay(Duration.ofMinutes(1));
            client.send("hurried");
            assertThat(client.isSilentFor(SHORT)).isTrue();
            proxy.delay(Duration.ZERO);
            assertThat(client.receive()).isEqualTo("hurried");
        }
    }

    @Test
    void aNegativeDelayIsRefused() {
        assertThatThrownBy(() -> proxy.delay(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.001S");
    }

    @Test
    void aServerThatIsNotThereEndsTheConnection() throws IOException {
        server.close();
        try (EchoClient client = EchoClient.connect(proxy)) {
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void aClosedProxyEndsItsConnectionsAndListensNoMore() throws IOException {
        try (EchoClient client = EchoClient.connect(proxy)) {
            client.echo("before");
            proxy.close();
            proxy.close();

            assertThat(client.isEnded()).isTrue();
            assertThatThrownBy(() -> EchoClient.connect(proxy)).isInstanceOf(ConnectException.class);
        }
    }

    private void awaitOpen(int expected) {
        Await.until(() -> server.open() == expected, BOUND, () -> server.open() + " connections are open");
    }
}
