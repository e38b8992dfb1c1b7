package dev.outbox.kafka;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Source;
import dev.outbox.testkit.SourceContract;
import dev.outbox.testservers.KafkaServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KafkaSourceContractIT extends SourceContract {
    private final KafkaServer server = KafkaServer.shared();
    private KafkaTransport transport;
    private Outcomes outcomes;
    private String topic;

    @BeforeEach
    void createTopic() {
        topic = server.createTopic(2);
        transport = KafkaTransport.to(server.bootstrapServers())
                .topics(destination -> topic)
                .build();
        outcomes = new Outcomes(transport);
    }

    @AfterEach
    void closeTransport() {
        transport.close();
    }

    @Override
    protected Source source() {
        return KafkaSource.from(server.bootstrapServers())
                .topics(topic)
                .group("group-of-" + topic)
                .destinations(any -> "orders")
                .build();
    }

    @Override
    protected void append(Message message) {
        org.assertj.core.api.Assertions.assertThat(outcomes.outcome(message)).isInstanceOf(Outcome.Confirmed.class);
    }
}
