package dev.outbox.examples.orderpipeline.gateway;

/** What the gateway says to a request that it has carried out. */
public sealed interface GatewayAnswer {
    /**
     * Money has moved.
     *
     * @param receipt the gateway's number for it
     */
    record Done(String receipt) implements GatewayAnswer {}

    /**
     * No money will ever move for this request.
     *
     * @param reason why
     */
    record Declined(String reason) implements GatewayAnswer {}
}
