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
import dev.outbox.jdbc.TransactionalHandler;
import dev.outbox.relay.RelayOptions;
import dev.outbox.retry.RetryPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Who listens to what: the same whether the services are in one process or each in its own.
 *
 * @param consumer the name of its inbox rows and of its dead letters
 * @param handler what it does
 * @param concurrency the most messages that it handles at a time
 */
record Subscription(String consumer, MessageHandler handler, int concurrency) {
    /** Where the consumers of all services listen, by their names. */
    static final Map<String, List<String>> DESTINATIONS = Map.of(
            "order-desk", List.of(PAYMENTS, INVENTORY),
            "payment", List.of(ORDERS),
            "refund", List.of(INVENTORY),
            "inventory", List.of(PAYMENTS),
            "notification", List.of(ORDERS),
            "analytics", List.of(ORDERS, PAYMENTS, INVENTORY));

    // What is in flight when a process is killed is afterwards delivered one by one, in case it was the cause. Few in
    // flight, few one by one.
    static final RelayOptions RELAY = RelayOptions.defaults().maxInFlight(100);
    static final RetryPolicy RETRY = RetryPolicy.exponential(Duration.ofMillis(200))
            .cap(Duration.ofSeconds(5))
            .maxAttempts(10)
            .permanent(GatewayRefusedException.class, MissingTemplateException.class, CodecException.class);
    private static final int FEW = 3;
    private static final int WAITING = 16;

    /**
     * What services need beside their tables.
     *
     * @param gateway where it is
     * @param keys whether it gets idempotency keys
     * @param templates the directory of further texts
     */
    record Outside(Supplier<URI> gateway, GatewayClient.Keys keys, Path templates) {}

    /** What {@code service} listens to, with its tables in {@code shop}. */
    static List<Subscription> of(Service service, Shop shop, Outside outside) {
        return switch (service) {
            case ORDERS -> {
                MessageHandler desk = once(shop, new OrderDesk(shop.outbox())::handle);
                yield List.of(new Subscription(
                        "order-desk", only(desk, PAYMENT_FAILED, REFUND_ISSUED, INVENTORY_RESERVED), FEW));
            }
            case PAYMENT -> {
                Payments payments = new Payments(shop, new GatewayClient(outside.gateway(), outside.keys()));
                yield List.of(
                        new Subscription("payment", only(payments::charge, ORDER_PLACED), WAITING),
                        new Subscription("refund", only(payments::refund, OUT_OF_STOCK), WAITING));
            }
            case INVENTORY -> {
                MessageHandler inventory = once(shop, new Inventory(shop.outbox())::handle);
                yield List.of(new Subscription("inventory", only(inventory, PAYMENT_COMPLETED), FEW));
            }
            case NOTIFICATION -> {
                Notifications notifications = new Notifications(new Templates(outside.templates()));
                MessageHandler handler = once(shop, notifications::handle);
                yield List.of(new Subscription("notification", only(handler, ORDER_FULFILLED, ORDER_CANCELLED), FEW));
            }
            case ANALYTICS -> List.of(new Subscription("analytics", once(shop, Analytics::handle), 1));
        };
    }

    /** Where it listens. */
    List<String> destinations() {
        return Objects.requireNonNull(DESTINATIONS.get(consumer));
    }

    private static MessageHandler once(Shop shop, TransactionalHandler handler) {
        return shop.inbox().idempotent(handler);
    }

    /** Passes over what the service has no use for, before that costs a transaction. */
    private static MessageHandler only(MessageHandler handler, String... types) {
        Set<String> wanted = Set.of(types);
        return delivery -> {
            if (wanted.contains(delivery.message().type())) {
                handler.handle(delivery);
            }
        };
    }
}
