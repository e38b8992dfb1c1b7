package dev.outbox.examples.orderpipeline;

import static dev.outbox.examples.orderpipeline.OrderEvent.INVENTORY;
import static dev.outbox.examples.orderpipeline.OrderEvent.INVENTORY_RESERVED;
import static dev.outbox.examples.orderpipeline.OrderEvent.ORDERS;
import static dev.outbox.examples.orderpipeline.OrderEvent.ORDER_CANCELLED;
import static dev.outbox.examples.orderpipeline.OrderEvent.ORDER_FULFILLED;
import static dev.outbox.examples.orderpipeline.OrderEvent.ORDER_PLACED;
import static dev.outbox.examples.orderpipeline.OrderEvent.OUT_OF_STOCK;
import static dev.outbox.examples.orderpipeline.OrderEvent.PAYMENTS;
import static dev.outbox.examples.orderpipeline.OrderEvent.PAYMENT_COMPLETED;
import static dev.outbox.examples.orderpipeline.OrderEvent.PAYMENT_FAILED;
import static dev.outbox.examples.orderpipeline.OrderEvent.REFUND_ISSUED;

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
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.jdbc.TransactionalHandler;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryListener;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
        MessageHandler desk = once(shop, new OrderDesk(shop.outbox())::handle);
        Notifications notifications = new Notifications(templates);
        MessageHandler analytics = counted(once(shop, Analytics::handle));
        this.transport = InProcessTransport.over(shop.outbox().deliveries())
                .subscribe(ORDERS, "payment", only(payments::charge, ORDER_PLACED), WAITING)
                .subscribe(INVENTORY, "refund", only(payments::refund, OUT_OF_STOCK), WAITING)
                .subscribe(PAYMENTS, "inventory", only(once(shop, inventory::handle), PAYMENT_COMPLETED), FAST)
                .subscribe(PAYMENTS, "order-desk", only(desk, PAYMENT_FAILED, REFUND_ISSUED), FAST)
                .subscribe(INVENTORY, "order-desk", only(desk, INVENTORY_RESERVED), FAST)
                .subscribe(
                        ORDERS,
                        "notification",
                        only(once(shop, notifications::handle), ORDER_FULFILLED, ORDER_CANCELLED),
                        FAST)
                .subscribe(ORDERS, "analytics", analytics, ALONE)
                .subscribe(PAYMENTS, "analytics", analytics, ALONE)
                .subscribe(INVENTORY, "analytics", analytics, ALONE)
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

    private static MessageHandler once(Shop shop, TransactionalHandler handler) {
        return shop.inbox().idempotent(handler);
    }

    /** Passes over what the service has no use for, before that costs a transaction. */
    private MessageHandler only(MessageHandler handler, String... types) {
        Set<String> wanted = Set.of(types);
        MessageHandler counted = counted(handler);
        return delivery -> {
            if (wanted.contains(delivery.message().type())) {
                counted.handle(delivery);
            }
        };
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
