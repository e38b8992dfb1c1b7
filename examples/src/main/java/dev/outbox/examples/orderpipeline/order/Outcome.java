package dev.outbox.examples.orderpipeline.order;

/** How an order ended: each in exactly one way. */
public enum Outcome {
    /** Paid and reserved. */
    FULFILLED,
    /** The gateway declined; nothing was taken. */
    PAYMENT_FAILED,
    /** Paid, then out of stock; the money went back. */
    REFUNDED
}
