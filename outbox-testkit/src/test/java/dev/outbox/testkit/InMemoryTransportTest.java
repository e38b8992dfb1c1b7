package dev.outbox.testkit;

import dev.outbox.Message;
import dev.outbox.spi.Transport;
import java.util.List;

class InMemoryTransportTest extends TransportContract {
    private final InMemoryTransport transport = new InMemoryTransport();

    InMemoryTransportTest() {
        transport.script(sending -> sending.message().destination().equals(missingDestination())
                ? Answer.fail("no such destination")
                : Answer.confirm());
    }

    InMemoryTransport inMemory() {
        return transport;
    }

    @Override
    protected Transport transport() {
        return transport;
    }

    @Override
    protected String destination() {
        return "orders";
    }

    @Override
    protected String missingDestination() {
        return "missing";
    }

    @Override
    protected List<Message> arrived() {
        return transport.arrived(destination());
    }

    @Override
    protected void stopAnswering() {
        transport.script(sending -> Answer.confirmLate());
    }
}
