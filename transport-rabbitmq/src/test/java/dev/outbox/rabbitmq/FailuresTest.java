package dev.outbox.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outcome.Failed;
import dev.outbox.spi.Outcome.Rejected;
import dev.outbox.spi.Outcome.Unavailable;
import dev.outbox.spi.Outcome.Unknown;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private static final RabbitRoute ROUTE = new RabbitRoute("orders", "placed");

    record Line(Throwable failure, Class<? extends Outcome> outcome, String advice) {}

    static Stream<Line> closedAlone() {
        return Stream.of(
                new Line(channel(404, "NOT_FOUND"), Unavailable.class, "create it"),
                new Line(channel(403, "ACCESS_REFUSED"), Unavailable.class, "right to write"),
                new Line(channel(406, "PRECONDITION_FAILED"), Rejected.class, "max_message_size"),
                new Line(channel(311, "CONTENT_TOO_LARGE"), Rejected.class, "max_message_size"),
                new Line(channel(504, "CHANNEL_ERROR"), Failed.class, "has closed the channel"),
                new Line(new IllegalStateException(), Failed.class, "has closed the channel"));
    }

    static Stream<Line> notTaken() {
        return Stream.of(
                unavailable(new AuthenticationFailureException("refused"), "the password"),
                unavailable(new PossibleAuthenticationFailureException("maybe"), "the password"),
                unavailable(new IOException(connection(530, "NOT_ALLOWED")), "virtual host"),
                unavailable(new IOException(connection(403, "ACCESS_REFUSED")), "virtual host"),
                unavailable(new SSLHandshakeException("unknown"), "certificates"),
                unavailable(new RabbitSendException("the broker blocks publishers", null), "has to wait"),
                unavailable(new ConnectException("refused"), "the broker runs"),
                unavailable(new UnknownHostException("nowhere"), "the broker runs"),
                unavailable(new TimeoutException(), "the broker runs"),
                unavailable(connection(320, "CONNECTION_FORCED"), "the broker runs"),
                unavailable(new IllegalStateException(), "the broker runs"));
    }

    private static Line unavailable(Throwable failure, String advice) {
        return new Line(failure, Unavailable.class, advice);
    }

    private static ShutdownSignalException channel(int code, String text) {
        return signal(
                false,
                new AMQP.Channel.Close.Builder().replyCode(code).replyText(text).build());
    }

    private static ShutdownSignalException connection(int code, String text) {
        return signal(
                true,
                new AMQP.Connection.Close.Builder()
                        .replyCode(code)
                        .replyText(text)
                        .build());
    }

    private static ShutdownSignalException signal(boolean hard, Method reason) {
        return new ShutdownSignalException(hard, false, reason, null);
    }

    @ParameterizedTest
    @MethodSource("closedAlone")
    void aChannelThatIsClosedForOneMessageHasTheOutcomeOfTheTable(Line line) {
        assertLine(Failures.closedAlone(ROUTE, line.failure()), line);
    }

    @ParameterizedTest
    @MethodSource("notTaken")
    void g8_withoutAConnectionNoMessageIsCharged(Line line) {
        assertLine(Failures.notTaken(ROUTE, line.failure()), line);
    }

    private static void assertLine(Outcome outcome, Line line) {
        assertThat(outcome).isInstanceOf(line.outcome());
        assertThat(error(outcome))
                .hasMessageContaining("'orders'")
                .hasMessageContaining("'placed'")
                .hasMessageContaining(line.advice())
                .hasCause(line.failure());
    }

    @Test
    void theOtherLinesOfTheTable() {
        assertThat(Failures.returned(ROUTE, "NO_ROUTE")).isInstanceOf(Rejected.class);
        assertThat(error(Failures.returned(ROUTE, "NO_ROUTE"))).hasMessageContaining("unroutable (NO_ROUTE)");
        assertThat(Failures.nacked(ROUTE)).isInstanceOf(Unavailable.class);
        assertThat(Failures.lost(ROUTE, "lost", null)).isInstanceOf(Unknown.class);
        assertThat(Failures.unwritable(ROUTE, new IllegalArgumentException())).isInstanceOf(Rejected.class);
    }

    @Test
    void aQueueThatCannotBeReadIsNamedWithWhatToDo() {
        IOException inUse = new IOException(channel(403, "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use"));
        IOException noRight =
                new IOException(channel(403, "ACCESS_REFUSED - access to queue 'q' in vhost '/' refused for user 'u'"));
        assertThat(Failures.isStandby(inUse)).isTrue();
        assertThat(Failures.isStandby(noRight)).isFalse();
        assertThat(Failures.subscribing(inUse)).contains("stands by");
        assertThat(Failures.subscribing(noRight)).contains("right to read");
        assertThat(Failures.subscribing(new IOException(channel(404, "NOT_FOUND"))))
                .contains("create it");
        assertThat(Failures.subscribing(new IOException(channel(405, "RESOURCE_LOCKED"))))
                .contains("another connection");
        assertThat(Failures.subscribing(new IOException("other"))).contains("the broker refuses");
    }

    private static Throwable error(Outcome outcome) {
        if (outcome instanceof Rejected rejected) {
            return rejected.error();
        } else if (outcome instanceof Failed failed) {
            return failed.error();
        } else if (outcome instanceof Unavailable unavailable) {
            return unavailable.error();
        } else if (outcome instanceof Unknown unknown) {
            return unknown.error();
        }
        throw new AssertionError(outcome);
    }
}
