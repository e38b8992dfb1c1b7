package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outcome.Failed;
import dev.outbox.spi.Outcome.Rejected;
import dev.outbox.spi.Outcome.Unavailable;
import dev.outbox.spi.Outcome.Unknown;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private static final boolean STAYS = false;
    private static final boolean ENDS = true;

    record Line(
            Throwable failure,
            Class<? extends Outcome> refused,
            Class<? extends Outcome> taken,
            boolean ends,
            String advice) {}

    static Stream<Line> lines() {
        return Stream.of(
                new Line(new RecordTooLargeException("1"), Rejected.class, Rejected.class, STAYS, "max.message.bytes"),
                new Line(new InvalidTopicException("1"), Rejected.class, Rejected.class, STAYS, "topics"),
                new Line(new InvalidRecordException("1"), Rejected.class, Rejected.class, STAYS, "compacted"),
                new Line(new InvalidTimestampException("1"), Failed.class, Failed.class, STAYS, "clocks"),
                new Line(
                        new TopicAuthorizationException(Set.of("t")),
                        Unavailable.class,
                        Unavailable.class,
                        STAYS,
                        "grant"),
                new Line(new ClusterAuthorizationException("1"), Unavailable.class, Unknown.class, ENDS, "IDEMPOTENT"),
                new Line(new SaslAuthenticationException("1"), Unavailable.class, Unknown.class, ENDS, "password"),
                new Line(new SslAuthenticationException("1"), Unavailable.class, Unknown.class, ENDS, "certificates"),
                new Line(new UnsupportedVersionException("1"), Unavailable.class, Unknown.class, ENDS, "too old"),
                new Line(new UnknownTopicOrPartitionException(), Unavailable.class, Unknown.class, STAYS, "create it"),
                new Line(
                        new TimeoutException("1", new UnknownTopicOrPartitionException()),
                        Unavailable.class,
                        Unknown.class,
                        STAYS,
                        "create it"),
                new Line(
                        new TimeoutException("1", new LeaderNotAvailableException("2")),
                        Unavailable.class,
                        Unknown.class,
                        STAYS,
                        "brokers run"),
                new Line(
                        new TimeoutException("1", new TopicAuthorizationException(Set.of("t"))),
                        Unavailable.class,
                        Unavailable.class,
                        STAYS,
                        "grant"),
                new Line(new BufferExhaustedException("1"), Unavailable.class, Unknown.class, STAYS, "buffer.memory"),
                new Line(new TimeoutException("1"), Unavailable.class, Unknown.class, STAYS, "brokers run"),
                new Line(interrupt(), Unavailable.class, Unknown.class, STAYS, "interrupted"),
                new Line(new OutOfOrderSequenceException("1"), Unavailable.class, Unknown.class, ENDS, "new producer"),
                new Line(new UnknownProducerIdException("1"), Unavailable.class, Unknown.class, ENDS, "new producer"),
                new Line(
                        new InvalidProducerEpochException("1"), Unavailable.class, Unknown.class, ENDS, "new producer"),
                new Line(new ProducerFencedException("1"), Unavailable.class, Unknown.class, ENDS, "new producer"),
                new Line(new InvalidPidMappingException("1"), Unavailable.class, Unknown.class, ENDS, "new producer"),
                other(new NotEnoughReplicasException("1")),
                other(new NotEnoughReplicasAfterAppendException("1")),
                other(new NotLeaderOrFollowerException("1")),
                other(new CorruptRecordException("1")),
                other(new KafkaStorageException("1")),
                other(new DisconnectException("1")),
                other(new UnknownServerException("1")),
                other(new KafkaException("Producer is closed forcefully.")),
                other(new IllegalStateException("1")));
    }

    private static Line other(Throwable failure) {
        return new Line(failure, Failed.class, Unknown.class, STAYS, "client has failed");
    }

    /** Making one sets the thread's flag. */
    private static InterruptException interrupt() {
        InterruptException interrupt = new InterruptException("1");
        assertThat(Thread.interrupted()).isTrue();
        return interrupt;
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aFailureHasTheOutcomeOfTheTableAndSaysWhatToDo(Line line) {
        Outcome refused = Failures.refused("orders", line.failure());
        Outcome taken = Failures.taken("orders", line.failure());

        assertThat(refused).isInstanceOf(line.refused());
        assertThat(taken).isInstanceOf(line.taken());
        assertThat(Failures.endsProducer(line.failure())).isEqualTo(line.ends());
        assertThat(error(refused))
                .hasMessageContaining("'orders'")
                .hasMessageContaining(line.advice())
                .hasCause(line.failure());
        assertThat(error(taken)).hasMessageContaining(line.advice());
    }

    @Test
    void g8_withoutAProducerNoMessageIsCharged() {
        Outcome outcome = Failures.notTaken("orders", new KafkaException("Failed to construct kafka producer"));
        assertThat(outcome).isInstanceOf(Unavailable.class);
        assertThat(error(outcome)).hasMessageContaining("bootstrap.servers");
        assertThat(Failures.notTaken("orders", new SaslAuthenticationException("1")))
                .isInstanceOf(Unavailable.class);
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
