package dev.outbox.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import dev.outbox.spi.Outcome;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What follows from what goes wrong with RabbitMQ.
 *
 * <p>What was not yet published when its connection or its channel failed certainly did not arrive: it waits for the next one, and counts as unavailable when that takes
 * too long. What was published and not confirmed may have arrived, whatever the reason: one bad message makes the broker close the channel, and of those before it
 * nobody knows. Only when one message was alone on its channel is the reason its own.
 *
 * <table>
 * <caption>What happens and what follows</caption>
 * <thead><tr><th>what</th><th>outcome</th></tr></thead>
 * <tbody>
 * <tr><td>returned: no queue is bound (the broker confirms it too)</td><td>rejected</td></tr>
 * <tr><td>not accepted (nack): a queue is full and rejects, or has failed</td><td>unavailable</td></tr>
 * <tr><td>channel closed, alone: 404 the exchange does not exist</td><td>unavailable</td></tr>
 * <tr><td>channel closed, alone: 403 the user may not write to it</td><td>unavailable</td></tr>
 * <tr><td>channel closed, alone: 406, 311 the broker does not take such a message (too large)</td><td>rejected</td></tr>
 * <tr><td>channel closed, alone: any other reason</td><td>failed</td></tr>
 * <tr><td>channel closed, not alone</td><td>unknown</td></tr>
 * <tr><td>connection lost, or no confirm in time, after it was published</td><td>unknown</td></tr>
 * <tr><td>the client cannot write the message (its headers do not fit into a frame)</td><td>rejected</td></tr>
 * <tr><td>the broker blocks publishers (alarm of memory or disk)</td><td>unavailable</td></tr>
 * <tr><td>no connection: wrong password, virtual host missing or not allowed, certificate not trusted, no broker there, any other</td>
 *     <td>unavailable</td></tr>
 * </tbody>
 * </table>
 */
final class Failures {
    private record Rule(Predicate<Throwable> applies, Function<Throwable, Outcome> alone, String advice) {}

    private static final Rule ANY_OTHER =
            new Rule(failure -> true, Outcome.Failed::new, "the broker has closed the channel");

    private static final List<Rule> CLOSED = List.of(
            new Rule(
                    code(AMQP.NOT_FOUND),
                    Outcome.Unavailable::new,
                    "the exchange does not exist: create it, or correct the destination"),
            new Rule(
                    code(AMQP.ACCESS_REFUSED),
                    Outcome.Unavailable::new,
                    "grant the user the right to write to the exchange"),
            new Rule(
                    failure -> code(AMQP.PRECONDITION_FAILED).test(failure)
                            || code(AMQP.CONTENT_TOO_LARGE).test(failure),
                    Outcome.Rejected::new,
                    "the broker does not take such a message: if it is too large, raise max_message_size of the broker, or store"
                            + " large content elsewhere and send a reference"));

    private static final Rule NO_BROKER = new Rule(
            failure -> true,
            Outcome.Unavailable::new,
            "there is no connection: see whether the broker runs and can be reached");

    private static final List<Rule> NOT_CONNECTED = List.of(
            new Rule(
                    failure -> failure instanceof AuthenticationFailureException
                            || failure instanceof PossibleAuthenticationFailureException,
                    Outcome.Unavailable::new,
                    "check the user and the password"),
            new Rule(
                    failure -> code(AMQP.NOT_ALLOWED).test(failure)
                            || code(AMQP.ACCESS_REFUSED).test(failure),
                    Outcome.Unavailable::new,
                    "check that the virtual host exists and that the user may enter it"),
            new Rule(SSLException.class::isInstance, Outcome.Unavailable::new, "check the certificates"),
            new Rule(RabbitSendException.class::isInstance, Outcome.Unavailable::new, "the message has to wait"));

    private Failures() {}

    private static Predicate<Throwable> code(int code) {
        return failure -> code(failure) == code;
    }

    /** The reply code of the broker, 0 if it said none. */
    static int code(@Nullable Throwable failure) {
        Throwable telling =
                failure == null || failure instanceof ShutdownSignalException ? failure : failure.getCause();
        Method reason = telling instanceof ShutdownSignalException signal ? signal.getReason() : null;
        if (reason instanceof AMQP.Channel.Close close) {
            return close.getReplyCode();
        }
        return reason instanceof AMQP.Connection.Close close ? close.getReplyCode() : 0;
    }

    /** The broker gave the message back. */
    static Outcome returned(RabbitRoute route, String reason) {
        return new Outcome.Rejected(explained(
                route,
                "unroutable (" + reason
                        + "): no queue is bound for it; bind one or correct the destination, and redrive",
                null));
    }

    /** The broker did not accept the message. */
    static Outcome nacked(RabbitRoute route) {
        return new Outcome.Unavailable(
                explained(route, "not accepted: a queue is full and rejects what is published, or has failed", null));
    }

    /** The broker has closed the channel on which the message was the only one without a confirm. */
    static Outcome closedAlone(RabbitRoute route, Throwable failure) {
        Rule rule = rule(CLOSED, failure, ANY_OTHER);
        return rule.alone().apply(explained(route, rule.advice(), failure));
    }

    /** The message was published, and nobody knows what became of it. */
    static Outcome lost(RabbitRoute route, String what, @Nullable Throwable failure) {
        return new Outcome.Unknown(explained(route, what, failure));
    }

    /** The client refused to write the message. */
    static Outcome unwritable(RabbitRoute route, Throwable failure) {
        return new Outcome.Rejected(
                explained(route, "the message cannot be written: its headers must fit into a frame of AMQP", failure));
    }

    /** The message was not published in time. */
    static Outcome notTaken(RabbitRoute route, Throwable failure) {
        Rule rule = rule(NOT_CONNECTED, failure, NO_BROKER);
        return rule.alone().apply(explained(route, rule.advice(), failure));
    }

    /** What to do about a connection that cannot be made, or was lost. */
    static String connecting(Throwable failure) {
        return rule(NOT_CONNECTED, failure, NO_BROKER).advice();
    }

    /** What to do about a queue that cannot be read. */
    static String subscribing(Throwable failure) {
        if (isStandby(failure)) {
            return "another consumer reads the queue, and this one stands by";
        }
        return switch (code(failure)) {
            case AMQP.NOT_FOUND -> "the queue does not exist: create it";
            case AMQP.ACCESS_REFUSED -> "grant the user the right to read the queue";
            case AMQP.RESOURCE_LOCKED -> "the queue belongs to another connection";
            default -> "the broker refuses";
        };
    }

    /** Whether the queue cannot be read because somebody else reads it. */
    static boolean isStandby(Throwable failure) {
        return failure instanceof StandbyException
                || (code(failure) == AMQP.ACCESS_REFUSED
                        && failure.getCause() instanceof ShutdownSignalException signal
                        && String.valueOf(signal.getMessage()).contains("exclusive use"));
    }

    private static Rule rule(List<Rule> rules, Throwable failure, Rule otherwise) {
        return rules.stream()
                .filter(rule -> rule.applies().test(failure))
                .findFirst()
                .orElse(otherwise);
    }

    private static RabbitSendException explained(RabbitRoute route, String advice, @Nullable Throwable failure) {
        return new RabbitSendException(route + ": " + advice, failure);
    }
}
