package dev.outbox.kafka;

import dev.outbox.spi.FailureText;
import java.util.List;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.BootstrapResolutionException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What a failure of Kafka's consumer means, and what to do about it. None of them ends the source: it goes on trying.
 *
 * <table>
 * <caption>Failures of reading</caption>
 * <thead><tr><th>failure</th><th>what to do</th><th>consumer</th></tr></thead>
 * <tbody>
 * <tr><td>{@code AuthenticationException}</td><td>check the user, the password and the certificates</td><td>a new one, which reads them again</td></tr>
 * <tr><td>{@code TopicAuthorizationException}</td><td>grant READ and DESCRIBE on the topics</td><td>stays</td></tr>
 * <tr><td>{@code GroupAuthorizationException}</td><td>grant READ on the group</td><td>stays</td></tr>
 * <tr><td>{@code InvalidTopicException}</td><td>correct the name of the topic</td><td>stays</td></tr>
 * <tr><td>{@code FencedInstanceIdException}, {@code UnreleasedInstanceIdException}</td><td>give each process a group.instance.id of its own</td>
 *     <td>a new one</td></tr>
 * <tr><td>{@code InconsistentGroupProtocolException}</td><td>let all members of the group use assignors that they have in common</td><td>a new one</td></tr>
 * <tr><td>{@code GroupMaxSizeReachedException}</td><td>fewer processes, or a larger group.max.size</td><td>a new one</td></tr>
 * <tr><td>{@code InvalidSessionTimeoutException}</td><td>a session.timeout.ms that the brokers allow</td><td>a new one</td></tr>
 * <tr><td>{@code UnsupportedVersionException}</td><td>Kafka 3.0 or newer; 4.0 for group.protocol=consumer</td><td>a new one</td></tr>
 * <tr><td>{@code BootstrapResolutionException}</td><td>check bootstrap.servers and the name service</td><td>a new one</td></tr>
 * <tr><td>{@code TimeoutException}</td><td>see whether the brokers run and can be reached</td><td>stays</td></tr>
 * <tr><td>{@code RetriableCommitFailedException}</td><td>nothing, if it passes</td><td>stays</td></tr>
 * <tr><td>any other</td><td>(its text)</td><td>a new one</td></tr>
 * </tbody>
 * </table>
 */
final class ReadFailures {
    private enum Client {
        STAYS,
        ENDS
    }

    private record Rule(Class<? extends Throwable> type, Client client, String advice) {}

    private static final String INSTANCES =
            "another process has joined the group with the same group.instance.id: give each process one of its own";

    private static final List<Rule> RULES = List.of(
            new Rule(
                    AuthenticationException.class,
                    Client.ENDS,
                    "the brokers do not let it in: check the user, the password and the certificates"),
            new Rule(
                    TopicAuthorizationException.class,
                    Client.STAYS,
                    "a right is missing: grant its user READ and DESCRIBE on the topics"),
            new Rule(
                    GroupAuthorizationException.class,
                    Client.STAYS,
                    "a right is missing: grant its user READ on the group"),
            new Rule(InvalidTopicException.class, Client.STAYS, "no topic can have such a name: correct it"),
            new Rule(FencedInstanceIdException.class, Client.ENDS, INSTANCES),
            new Rule(UnreleasedInstanceIdException.class, Client.ENDS, INSTANCES),
            new Rule(
                    InconsistentGroupProtocolException.class,
                    Client.ENDS,
                    "the other members of the group use other assignors: let all have one of partition.assignment.strategy in"
                            + " common, or choose another group"),
            new Rule(
                    GroupMaxSizeReachedException.class,
                    Client.ENDS,
                    "the group has as many members as the brokers allow: run fewer processes, or raise group.max.size"),
            new Rule(
                    InvalidSessionTimeoutException.class,
                    Client.ENDS,
                    "the brokers do not allow this session.timeout.ms: see group.min.session.timeout.ms and"
                            + " group.max.session.timeout.ms"),
            new Rule(
                    UnsupportedVersionException.class,
                    Client.ENDS,
                    "the brokers are too old: Kafka 3.0 or newer is needed, 4.0 for group.protocol=consumer"),
            new Rule(
                    BootstrapResolutionException.class,
                    Client.ENDS,
                    "no address is known for bootstrap.servers: check it and the name service"),
            new Rule(RetriableCommitFailedException.class, Client.STAYS, "no broker takes them now; it is tried again"),
            new Rule(
                    TimeoutException.class,
                    Client.STAYS,
                    "no broker has answered in time: see whether the brokers run and can be reached"));

    private static final Rule ANY_OTHER = new Rule(Throwable.class, Client.ENDS, "Kafka's client has failed");

    private ReadFailures() {}

    /** What to do. */
    static String advice(Throwable failure) {
        return rule(failure).advice();
    }

    /** What has happened. */
    static String detail(Throwable failure) {
        return "(" + FailureText.of(failure) + ")";
    }

    /** Whether only another consumer can be of use. */
    static boolean endsConsumer(Throwable failure) {
        return rule(failure).client() == Client.ENDS;
    }

    private static Rule rule(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            for (Rule rule : RULES) {
                if (rule.type().isInstance(cause)) {
                    return rule;
                }
            }
        }
        return ANY_OTHER;
    }
}
