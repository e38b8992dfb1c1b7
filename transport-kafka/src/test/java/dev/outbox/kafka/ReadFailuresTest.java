package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadFailuresTest {
    private static final boolean STAYS = false;
    private static final boolean ENDS = true;

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(new SaslAuthenticationException("no"), ENDS, "check the user, the password"),
                arguments(new SslAuthenticationException("no"), ENDS, "the certificates"),
                arguments(new TopicAuthorizationException(Set.of("orders")), STAYS, "grant its user READ"),
                arguments(GroupAuthorizationException.forGroupId("payment"), STAYS, "READ on the group"),
                arguments(new InvalidTopicException("?"), STAYS, "correct it"),
                arguments(new FencedInstanceIdException("a"), ENDS, "one of its own"),
                arguments(new InconsistentGroupProtocolException("range"), ENDS, "in common"),
                arguments(new UnsupportedVersionException("old"), ENDS, "Kafka 3.0 or newer"),
                arguments(new TimeoutException("late"), STAYS, "whether the brokers run"),
                arguments(new KafkaException("wrapped", new SaslAuthenticationException("no")), ENDS, "the password"),
                arguments(new KafkaException("something else"), ENDS, "something else"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachFailureSaysWhatToDo(Throwable failure, boolean ends, String advice) {
        assertThat(ReadFailures.advice(failure) + ReadFailures.detail(failure)).contains(advice);
        assertThat(ReadFailures.endsConsumer(failure)).isEqualTo(ends);
    }
}
