package dev.outbox.examples.orderpipeline.payment;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.examples.orderpipeline.OrderEvent;
import dev.outbox.examples.orderpipeline.Shop;
import dev.outbox.examples.orderpipeline.gateway.GatewayAnswer;
import dev.outbox.examples.orderpipeline.gateway.GatewayAnswer.Declined;
import dev.outbox.examples.orderpipeline.gateway.GatewayAnswer.Done;
import dev.outbox.examples.orderpipeline.gateway.GatewayClient;
import dev.outbox.examples.orderpipeline.gateway.GatewayRefusedException;
import dev.outbox.examples.orderpipeline.order.Order;
import dev.outbox.retry.Retry;
import dev.outbox.retry.RetryPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Takes the money for an order, and gives it back for one that could not be served.
 *
 * <p>The gateway is not in our database, so no transaction spans the two. Three steps instead: a transaction notes what is intended; the gateway is asked
 * outside any transaction, as often as it takes, under a key that stays the same; a second transaction writes down the answer, that the message
 * is handled, and the event. A crash between any two of them leads back to the second step, where the gateway knows the key. Thread-safe.
 */
public final class Payments {
    private static final RetryPolicy WHEN_THE_GATEWAY_FAILS = RetryPolicy.exponential(Duration.ofMillis(50))
            .cap(Duration.ofSeconds(1))
            .maxAttempts(6)
            .permanent(GatewayRefusedException.class);

    private final Shop shop;
    private final GatewayClient gateway;

    /** Moves money for {@code shop} through {@code gateway}. */
    public Payments(Shop shop, GatewayClient gateway) {
        this.shop = shop;
        this.gateway = gateway;
    }

    /** Handles {@code OrderPlaced}. */
    public void charge(Delivery delivery) throws Exception {
        OrderEvent event = OrderEvent.of(delivery.message());
        Order order = event.order();
        if (!shop.outbox().transaction(tx -> MoneyMove.CHARGE.intend(tx, order))) {
            return;
        }
        GatewayAnswer answer = Retry.with(WHEN_THE_GATEWAY_FAILS)
                .call(() -> gateway.charge(delivery.idempotencyKey(), order.id(), order.totalCents()));
        shop.outbox().transaction(tx -> {
            if (shop.inbox().accept(tx, delivery.consumer(), delivery.message().id())) {
                recordCharge(tx, delivery.message(), event, answer);
            }
            return answer;
        });
    }

    private void recordCharge(Connection tx, Message cause, OrderEvent event, GatewayAnswer answer)
            throws SQLException {
        if (answer instanceof Done done) {
            MoneyMove.CHARGE.done(tx, event.order(), done.receipt());
            publish(tx, cause, event, OrderEvent.PAYMENT_COMPLETED, done.receipt());
        } else if (answer instanceof Declined declined) {
            MoneyMove.CHARGE.declined(tx, event.order(), declined.reason());
            publish(tx, cause, event, OrderEvent.PAYMENT_FAILED, declined.reason());
        }
    }

    /** Handles {@code OutOfStock}. */
    public void refund(Delivery delivery) throws Exception {
        OrderEvent event = OrderEvent.of(delivery.message());
        Order order = event.order();
        if (!shop.outbox().transaction(tx -> MoneyMove.REFUND.intend(tx, order))) {
            return;
        }
        GatewayAnswer answer = Retry.with(WHEN_THE_GATEWAY_FAILS)
                .call(() -> gateway.refund(delivery.idempotencyKey(), order.id(), order.totalCents()));
        if (!(answer instanceof Done done)) {
            throw new IllegalStateException("the gateway declined to give money back for order " + order.id());
        }
        shop.outbox().transaction(tx -> {
            if (shop.inbox().accept(tx, delivery.consumer(), delivery.message().id())) {
                MoneyMove.REFUND.done(tx, order, done.receipt());
                publish(tx, delivery.message(), event, OrderEvent.REFUND_ISSUED, done.receipt());
            }
            return done;
        });
    }

    private void publish(Connection tx, Message cause, OrderEvent event, String type, String detail) {
        shop.outbox().publish(tx, event.next(cause, OrderEvent.PAYMENTS, type, detail));
    }
}
