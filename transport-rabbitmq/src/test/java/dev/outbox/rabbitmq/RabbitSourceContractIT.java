package dev.outbox.rabbitmq;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Source;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testkit.SourceContract;
import dev.outbox.testservers.RabbitServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RabbitSourceContractIT extends SourceContract {
    private final RabbitServer server = RabbitServer.shared();
    private Rabbit rabbit;
    private RabbitTransport transport;
    private String queue;

    @BeforeEach
    void connect() {
        rabbit = Rabbit.of(server);
        queue = rabbit.queue();
        transport = RabbitTransport.with(Rabbit.settings(server))
                .routes(message -> new RabbitRoute("", queue))
                .build();
    }

    @AfterEach
    void close() {
        transport.close();
        rabbit.close();
    }

    @Override
    protected Source source() {
        return RabbitSource.with(Rabbit.settings(server))
                .queues(queue)
                .destinations(name -> "orders")
                .build();
    }

    @Override
    protected void append(Message message) {
        if (new Outcomes(transport).outcome(message) != Outcome.CONFIRMED) {
            throw new AssertionError(message + " was not confirmed");
        }
    }
}
