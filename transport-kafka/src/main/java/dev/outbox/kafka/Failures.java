package dev.outbox.kafka;

import dev.outbox.spi.Outcome;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What follows from a failure of the Kafka client.
 *
 * <p>It makes a difference whether the client <em>refused</em> the record, so that it certainly was not sent, or had <em>taken</em> it: the client then
 * repeats it by itself until {@code delivery.timeout.ms}, and whatever it says in the end, one of those attempts may have been written.
 *
 * <table>
 * <caption>Failures and what follows</caption>
 * <thead><tr><th>failure</th><th>refused</th><th>taken</th><th>new producer</th></tr></thead>
 * <tbody>
 * <tr><td>{@code RecordTooLarge}, {@code InvalidTopic}, {@code InvalidRecord} (a compacted topic wants a key)</td><td>rejected</td><td>rejected</td>
 *     <td>no</td></tr>
 * <tr><td>{@code InvalidTimestamp} (the clocks differ)</td><td>failed</td><td>failed</td><td>no</td></tr>
 * <tr><td>{@code TopicAuthorization}</td><td>unavailable</td><td>unavailable</td><td>no</td></tr>
 * <tr><td>{@code UnknownTopicOrPartition}, {@code BufferExhausted}, another {@code Timeout}, {@code Interrupt}</td><td>unavailable</td><td>unknown</td>
 *     <td>no</td></tr>
 * <tr><td>{@code Authentication} (password, certificate), {@code ClusterAuthorization}, {@code UnsupportedVersion} (an old broker)</td>
 *     <td>unavailable</td><td>unknown</td><td>yes</td></tr>
 * <tr><td>{@code OutOfOrderSequence}, {@code UnknownProducerId}, {@code InvalidProducerEpoch}, {@code ProducerFenced}, {@code InvalidPidMapping}</td>
 *     <td>unavailable</td><td>unknown</td><td>yes</td></tr>
 * <tr><td>no producer can be made (a host without an address, a missing file)</td><td>unavailable</td><td></td><td>yes</td></tr>
 * <tr><td>any other</td><td>failed</td><td>unknown</td><td>no</td></tr>
 * </tbody>
 * </table>
 */
final class Failures {
    private static final String NEW_PRODUCER = "a new producer is made, and the message sent again";

    private static final String NO_PRODUCER =
            "no Kafka producer can be made: see whether the hosts in bootstrap.servers have addresses, and whether the files that"
                    + " the properties name are there";

    private static final List<Rule> RULES = List.of(
            new Rule(
                    RecordTooLargeException.class,
                    Outcome.Rejected::new,
                    Outcome.Rejected::new,
                    Producer.STAYS,
                    "the message is too large: raise max.request.size of the producer and max.message.bytes of the topic,"
                            + " or store large content elsewhere and send a reference"),
            new Rule(
                    InvalidTopicException.class,
                    Outcome.Rejected::new,
                    Outcome.Rejected::new,
                    Producer.STAYS,
                    "the topic's name is not valid: map the destination to another one with KafkaTransport's topics"),
            new Rule(
                    InvalidRecordException.class,
                    Outcome.Rejected::new,
                    Outcome.Rejected::new,
                    Producer.STAYS,
                    "the topic's settings refuse the message; a compacted topic takes no message without a key"),
            new Rule(
                    InvalidTimestampException.class,
                    Outcome.Failed::new,
                    Outcome.Failed::new,
                    Producer.STAYS,
                    "the topic refuses the time: compare the clocks of this machine and of the brokers"),
            new Rule(
                    TopicAuthorizationException.class,
                    Outcome.Unavailable::new,
                    Outcome.Unavailable::new,
                    Producer.STAYS,
                    "grant the producer's user WRITE and DESCRIBE on the topic"),
            new Rule(
                    ClusterAuthorizationException.class,
                    Outcome.Unavailable::new,
                    Outcome.Unknown::new,
                    Producer.ENDS,
                    "grant the producer's user IDEMPOTENT_WRITE on the cluster"),
            new Rule(
                    AuthenticationException.class,
                    Outcome.Unavailable::new,
                    Outcome.Unknown::new,
                    Producer.ENDS,
                    "check the user, the password and the certificates in the producer's properties"),
            new Rule(
                    UnsupportedVersionException.class,
                    Outcome.Unavailable::new,
                    Outcome.Unknown::new,
                    Producer.ENDS,
                    "the broker is too old; Kafka 3.0 or newer is needed"),
            new Rule(
                    UnknownTopicOrPartitionException.class,
                    Outcome.Unavailable::new,
                    Outcome.Unknown::new,
                    Producer.STAYS,
                    "the topic does not exist: create it, or correct the destination"),
            new Rule(
                    BufferExhaustedException.class,
                    Outcome.Unavailable::new,
                    Outcome.Unknown::new,
                    Producer.STAYS,
                    "the brokers take less than is sent, and buffer.memory is full of what waits for them"),
            new Rule(
                    TimeoutException.class,
                    Outcome.Unavailable::new,
                    Outcome.Unknown::new,
                    Producer.STAYS,
                    "no broker has answered in time: see whether the brokers run and can be reached"),
            new Rule(
                    InterruptException.class,
                    Outcome.Unavailable::new,
                    Outcome.Unknown::new,
                    Producer.STAYS,
                    "the sending thread was interrupted"),
            ends(OutOfOrderSequenceException.class),
            ends(InvalidProducerEpochException.class),
            ends(ProducerFencedException.class),
            ends(InvalidPidMappingException.class));

    private static final Rule ANY_OTHER = new Rule(
            Throwable.class, Outcome.Failed::new, Outcome.Unknown::new, Producer.STAYS, "Kafka's client has failed");

    private enum Producer {
        STAYS,
        ENDS
    }

    private record Rule(
            Class<? extends Throwable> type,
            Function<Throwable, Outcome> refused,
            Function<Throwable, Outcome> taken,
            Producer producer,
            String advice) {}

    private Failures() {}

    private static Rule ends(Class<? extends Throwable> type) {
        return new Rule(type, Outcome.Unavailable::new, Outcome.Unknown::new, Producer.ENDS, NEW_PRODUCER);
    }

    /** What became of a record for {@code topic} that the client did not take. */
    static Outcome refused(String topic, Throwable failure) {
        Rule rule = rule(failure);
        return rule.refused().apply(explained(topic, rule.advice(), failure));
    }

    /** What became of a record for {@code topic} that no producer has taken in time, for a reason that lies with the producers. */
    static Outcome notTaken(String topic, Throwable failure) {
        Rule rule = rule(failure);
        return rule.equals(ANY_OTHER)
                ? new Outcome.Unavailable(explained(topic, NO_PRODUCER, failure))
                : rule.refused().apply(explained(topic, rule.advice(), failure));
    }

    /** What became of a record for {@code topic} that the client had taken. */
    static Outcome taken(String topic, Throwable failure) {
        Rule rule = rule(failure);
        return rule.taken().apply(explained(topic, rule.advice(), failure));
    }

    /** Whether the producer that failed in this way will never send again. */
    static boolean endsProducer(Throwable failure) {
        return rule(failure).producer() == Producer.ENDS;
    }

    private static Throwable explained(String topic, String advice, Throwable failure) {
        return new KafkaSendException("topic '" + topic + "': " + advice, failure);
    }

    /** The rule of the failure, or if that only says that something took too long, of its cause. */
    private static Rule rule(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean deeper = failure instanceof TimeoutException && cause != null;
        Throwable telling = deeper && cause != null ? cause : failure;
        return RULES.stream()
                .filter(rule -> rule.type().isInstance(telling))
                .findFirst()
                .orElse(deeper ? rule(new TimeoutException()) : ANY_OTHER);
    }
}
