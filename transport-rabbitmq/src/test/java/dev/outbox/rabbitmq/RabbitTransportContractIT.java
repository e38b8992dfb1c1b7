package dev.outbox.rabbitmq;

import com.rabbitmq.client.BuiltinExchangeType;
import dev.outbox.Message;
import dev.outbox.spi.Transport;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testkit.TransportContract;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RabbitServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RabbitTransportContractIT extends TransportContract {
    private final RabbitServer server = RabbitServer.shared();
    private Rabbit rabbit;
    private FaultyProxy proxy;
    private RabbitTransport transport;
    private String exchange;
    private String queue;

    @BeforeEach
    void connect() {
        rabbit = Rabbit.of(server);
        exchange = rabbit.exchange(BuiltinExchangeType.FANOUT);
        queue = rabbit.queue();
        rabbit.bind(queue, exchange, "");
        proxy = FaultyProxy.to(server.host(), server.port());
        transport = RabbitTransport.with(Rabbit.settings(server, proxy.host(), proxy.port()))
                .build();
        // The first connection may take longer than a message waits for it.
        new Outcomes(transport).warm(Message.to("/" + rabbit.queue()).text("warm"));
    }

    @AfterEach
    void close() {
        transport.close();
        proxy.close();
        rabbit.close();
    }

    @Override
    protected Transport transport() {
        return transport;
    }

    @Override
    protected String destination() {
        return exchange;
    }

    @Override
    protected String missingDestination() {
        return "no-such-exchange";
    }

    @Override
    protected List<Message> arrived() {
        return rabbit.messages(queue, exchange);
    }

    @Override
    protected void stopAnswering() {
        proxy.freeze();
    }
}
