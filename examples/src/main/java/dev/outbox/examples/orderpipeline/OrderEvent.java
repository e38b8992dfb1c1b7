package dev.outbox.examples.orderpipeline;

import dev.outbox.JsonCodec;
import dev.outbox.Message;
import dev.outbox.examples.orderpipeline.order.Order;

/**
 * What happened to an order.
 *
 * @param order the order
 * @param detail what there is to say beyond the event's name: a receipt, a reason, an outcome; may be empty
 */
public record OrderEvent(Order order, String detail) {
    /** The order service's destination. */
    public static final String ORDERS = "orders";
    /** The payment service's destination. */
    public static final String PAYMENTS = "payments";
    /** The inventory's destination. */
    public static final String INVENTORY = "inventory";

    /** An order was accepted and stored. */
    public static final String ORDER_PLACED = "OrderPlaced";
    /** The money was captured; the detail is the gateway's receipt. */
    public static final String PAYMENT_COMPLETED = "PaymentCompleted";
    /** The gateway declined; the detail is its reason. */
    public static final String PAYMENT_FAILED = "PaymentFailed";
    /** All lines are set aside for the customer. */
    public static final String INVENTORY_RESERVED = "InventoryReserved";
    /** A line could not be served, and none was taken; the detail is its product. */
    public static final String OUT_OF_STOCK = "OutOfStock";
    /** The money went back; the detail is the gateway's receipt. */
    public static final String REFUND_ISSUED = "RefundIssued";
    /** The order ended well; the detail is the outcome. */
    public static final String ORDER_FULFILLED = "OrderFulfilled";
    /** The order ended otherwise; the detail is the outcome. */
    public static final String ORDER_CANCELLED = "OrderCancelled";

    /** The first event of an order. */
    public static Message placed(Order order) {
        return Message.to(ORDERS)
                .key(order.id())
                .type(ORDER_PLACED)
                .correlationId(order.id())
                .json(new OrderEvent(order, ""));
    }

    /** What {@code message} tells. */
    public static OrderEvent of(Message message) {
        return JsonCodec.standard().decode(message.payload(), OrderEvent.class);
    }

    /** The next event of the same order. Its key keeps the events of one order in order (G3). */
    public Message next(Message cause, String destination, String type, String nextDetail) {
        return Message.to(destination)
                .key(order.id())
                .type(type)
                .causedBy(cause)
                .json(new OrderEvent(order, nextDetail));
    }
}
