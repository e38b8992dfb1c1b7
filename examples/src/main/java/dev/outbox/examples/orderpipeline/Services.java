package dev.outbox.examples.orderpipeline;

import dev.outbox.CodecException;
import dev.outbox.Delivery;
import dev.outbox.MessageHandler;
import dev.outbox.examples.orderpipeline.analytics.Analytics;
import dev.outbox.examples.orderpipeline.gateway.GatewayClient;
import dev.outbox.examples.orderpipeline.gateway.GatewayRefusedException;
import dev.outbox.examples.orderpipeline.inventory.Inventory;
import dev.outbox.examples.orderpipeline.notification.MissingTemplateException;
import dev.outbox.examples.orderpipeline.notification.Notifications;
import dev.outbox.examples.orderpipeline.notification.Templates;
import dev.outbox.examples.orderpipeline.order.OrderDesk;
import dev.outbox.examples.orderpipeline.payment.Payments;
import dev.outbox.inprocess.DeliveryListener;
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.jdbc.TransactionalHandler;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services, at work: who listens to which events, and the relay that brings them. Thread-safe. */
public final class Services implements AutoCloseable {
    /** The names of all services: those of their inbox rows and of their dead letters. */
    public static final List<String> NAMES =
            List.of("payment", "refund", "inventory", "order-desk", "notification", "analytics");

    private static final Logger LOG = LoggerFactory.getLogger(Services.class);
    // The name stays the same, so that after a kill -9 the next start takes over what this one held without waiting for
    // its leases to run out.
    private static final String INSTANCE = "order-pipeline";
    // What is in flight when a process is killed is afterwards delivered one by one, in case it was the cause. Few in
    // flight, few one by one.
    private static final RelayOptions RELAY = RelayOptions.defaults().maxInFlight(100);
    private static final RetryPolicy RETRY = RetryPolicy.exponential(Duration.ofMillis(200))
            .cap(Duration.ofSeconds(5))
            .maxAttempts(10)
            .permanent(GatewayRefusedException.class, MissingTemplateException.class, CodecException.class);
    private static final SubscriberOptions FAST =
            SubscriberOptions.defaults().retry(RETRY).concurrency(3);
    private static final SubscriberOptions WAITING = FAST.concurrency(16);
    private static final SubscriberOptions ALONE = FAST.concurrency(1);

    private final InProcessTransport transport;
    private final Relay relay;
    private final AtomicInteger busy = new AtomicInteger();

    private Services(Shop shop, GatewayClient gateway, Templates templates) {
        Payments payments = new Payments(shop, gateway);
        Inventory inventory = new Inventory(shop.outbox());
        OrderDesk desk = new OrderDesk(shop.outbox());
        Notifications notifications = new Notifications(templates);
        this.transport = InProcessTransport.over(shop.outbox().deliveries())
                .subscribe(OrderEvent.ORDERS, "payment", counted(payments::charge), WAITING)
                .subscribe(OrderEvent.INVENTORY, "refund", counted(payments::refund), WAITING)
                .subscribe(OrderEvent.PAYMENTS, "inventory", once(shop, inventory::handle), FAST)
                .subscribe(OrderEvent.PAYMENTS, "order-desk", once(shop, desk::handle), FAST)
                .subscribe(OrderEvent.INVENTORY, "order-desk", once(shop, desk::handle), FAST)
                .subscribe(OrderEvent.ORDERS, "notification", once(shop, notifications::handle), FAST)
                .subscribe(OrderEvent.ORDERS, "analytics", once(shop, Analytics::handle), ALONE)
                .subscribe(OrderEvent.PAYMENTS, "analytics", once(shop, Analytics::handle), ALONE)
                .subscribe(OrderEvent.INVENTORY, "analytics", once(shop, Analytics::handle), ALONE)
                .instance(INSTANCE)
                .listener(new Watch())
                .build();
        this.relay = Relay.from(shop.outbox().store())
                .to(transport)
                .name(INSTANCE)
                .options(RELAY)
                .build();
    }

    /** Puts the services of {@code shop} to work. */
    public static Services start(Shop shop, GatewayClient gateway, Templates templates) {
        Services services = new Services(shop, gateway, templates);
        services.transport.start();
        services.relay.start();
        return services;
    }

    private MessageHandler once(Shop shop, TransactionalHandler handler) {
        return counted(shop.inbox().idempotent(handler));
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

    /** Tells of what a person has to look at. */
    private static final class Watch implements DeliveryListener {
        @Override
        public void onFailure(Delivery delivery, Throwable error) {
            LOG.debug("{} failed to handle {}", delivery.consumer(), delivery.message(), error);
        }

        @Override
        public void onDeadLetter(Delivery delivery, DeadReason reason, int attempts, String error) {
            LOG.error(
                    "{} gave up {} of order {} after {} attempts: {}",
                    delivery.consumer(),
                    delivery.message().type(),
                    delivery.message().key().orElse("?"),
                    attempts,
                    error);
        }
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
