package dev.outbox.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.outbox.internal.sending.Sending;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import org.jspecify.annotations.Nullable;

/** One message on its way: offered to a connection until one takes it, published by that one's thread, and then confirmed or not. */
final class RabbitSending extends Sending {
    private final String destination;
    private final RabbitRoute route;
    private final BasicProperties properties;
    private final byte[] body;
    private final Connections connections;
    private volatile @Nullable String returned;

    RabbitSending(
            Outgoing outgoing,
            RabbitRoute route,
            BasicProperties properties,
            OutcomeListener outcomes,
            Connections connections) {
        super(outgoing.token(), outcomes);
        this.destination = outgoing.message().destination();
        this.route = route;
        this.properties = properties;
        this.body = outgoing.message().payload().sharedBytes();
        this.connections = connections;
    }

    /** One channel for each destination, so that what closes a channel is no other destination's trouble. */
    @Override
    public String lane() {
        return destination;
    }

    RabbitRoute route() {
        return route;
    }

    BasicProperties properties() {
        return properties;
    }

    byte[] body() {
        return body;
    }

    String messageId() {
        return properties.getMessageId();
    }

    boolean isReturned() {
        return returned != null;
    }

    /** The broker gave it back, and will confirm it nevertheless. */
    void returned(String reason) {
        returned = reason;
    }

    @Override
    protected boolean handOver() {
        return connections.take(this);
    }

    @Override
    public void giveUp() {
        report(Failures.notTaken(route, connections.obstacle(this)));
    }

    /** The broker has answered for it. */
    void confirmed() {
        String reason = returned;
        report(reason == null ? Outcome.CONFIRMED : Failures.returned(route, reason));
    }
}
