package dev.outbox.inprocess;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.spi.Transport;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.TransportContract;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

class InProcessTransportContractTest extends TransportContract {
    private final List<Message> arrived = new CopyOnWriteArrayList<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean hanging;
    private final InProcessTransport transport = InProcessTransport.over(InMemoryStore.create())
            .subscribe("orders", "test", this::handle)
            .options(InProcessOptions.defaults().closeTimeout(Duration.ofMillis(50)))
            .start();

    private void handle(Delivery delivery) throws InterruptedException {
        if (hanging) {
            never.await();
        }
        arrived.add(delivery.message());
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
        return List.copyOf(arrived);
    }

    @Override
    protected void stopAnswering() {
        hanging = true;
    }
}
