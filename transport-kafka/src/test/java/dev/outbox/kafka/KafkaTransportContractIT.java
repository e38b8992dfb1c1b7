package dev.outbox.kafka;

import dev.outbox.Message;
import dev.outbox.spi.Transport;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testkit.TransportContract;
import dev.outbox.testservers.KafkaServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class KafkaTransportContractIT extends TransportContract {
    private static KafkaServer server;

    private KafkaTransport transport;
    private String topic;

    @BeforeAll
    static void startServer() {
        server = KafkaServer.start(KafkaServer.Extra.PROXIED);
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        topic = server.createTopic(1);
        transport = KafkaTransport.to(
                        server.proxy().host() + ":" + server.proxy().port())
                .build();
        // The first connection may take longer than a message waits for it.
        new Outcomes(transport).warm(Message.to(server.createTopic(1)).text("warm"));
    }

    @AfterEach
    void thaw() {
        transport.close();
        server.proxy().thaw();
        server.proxy().cut();
    }

    @Override
    protected Transport transport() {
        return transport;
    }

    @Override
    protected String destination() {
        return topic;
    }

    @Override
    protected String missingDestination() {
        return "no-such-topic";
    }

    @Override
    protected List<Message> arrived() {
        return Topic.of(server, topic).messages();
    }

    @Override
    protected void stopAnswering() {
        server.proxy().freeze();
    }
}
