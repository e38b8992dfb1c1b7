package dev.outbox.examples.orderpipeline.gateway;

/** The gateway understood the request and will never carry it out. */
public final class GatewayRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GatewayRefusedException(String message) {
        super(message);
    }
}
