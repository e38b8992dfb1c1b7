package dev.outbox.examples.orderpipeline;

import dev.outbox.MessageHandler;
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.relay.Relay;
import java.util.concurrent.atomic.AtomicInteger;

/** All services at work in this process: the relay brings what one publishes to those that listen to it. Thread-safe. */
final class Services implements AutoCloseable {
    // The name stays the same, so that after a kill -9 the next start takes over what this one held without waiting for
    // its leases to run out.
    private static final String INSTANCE = "order-pipeline";

    private final InProcessTransport transport;
    private final Relay relay;
    private final AtomicInteger busy = new AtomicInteger();

    private Services(Shop shop, Subscription.Outside outside) {
        InProcessTransport.Builder subscribing =
                InProcessTransport.over(shop.outbox().deliveries());
        for (Service service : Service.values()) {
            for (Subscription subscription : Subscription.of(service, shop, outside)) {
                for (String destination : subscription.destinations()) {
                    subscribing.subscribe(
                            destination,
                            subscription.consumer(),
                            counted(subscription.handler()),
                            SubscriberOptions.defaults()
                                    .retry(Subscription.RETRY)
                                    .concurrency(subscription.concurrency()));
                }
            }
        }
        this.transport =
                subscribing.instance(INSTANCE).listener(new DeathNotices()).build();
        this.relay = Relay.from(shop.outbox().store())
                .to(transport)
                .name(INSTANCE)
                .options(Subscription.RELAY)
                .build();
    }

    /** Puts the services of {@code shop} to work. */
    static Services start(Shop shop, Subscription.Outside outside) {
        Services services = new Services(shop, outside);
        services.transport.start();
        services.relay.start();
        return services;
    }

    private MessageHandler counted(MessageHandler handler) {
        return delivery -> {
            busy.incrementAndGet();
            try {
                handler.handle(delivery);
            } finally {
                busy.decrementAndGet();
            }
        };
    }

    /** Messages confirmed a second, of late. */
    double messagesPerSecond() {
        return relay.statistics().confirmedPerSecond();
    }

    /** Whether a handler is at work. */
    boolean busy() {
        return busy.get() > 0;
    }

    /** Ends the relay, then lets the handlers end. */
    @Override
    public void close() {
        relay.close();
        transport.close();
    }
}
