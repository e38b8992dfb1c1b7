package dev.outbox.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Incoming;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One queue's channel from the beginning of consuming to its end. Delivery tags mean nothing beyond the channel: what was delivered by an earlier one cannot be
 * acknowledged here. Used by the source's thread; deliveries and the end come on the client's.
 */
final class Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitSource.class);

    private final String queue;
    private final Channel channel;
    private final Runnable wake;
    private final Unacknowledged unacknowledged = new Unacknowledged();
    private final Queue<Delivery> arrived = new ConcurrentLinkedQueue<>();
    private volatile @Nullable String end;

    private enum Sharing {
        /** Beside any others. */
        SHARED,
        /** Alone, and the broker sees to it; quorum queues do not. */
        EXCLUSIVE,
        /** Alone, as far as can be seen. */
        ALONE
    }

    private Subscription(String queue, Channel channel, Runnable wake) {
        this.queue = queue;
        this.channel = channel;
        this.wake = wake;
    }

    /**
     * Begins to consume: where order is kept, only if nobody else does.
     *
     * @throws StandbyException if somebody else consumes
     * @throws IOException if the broker refuses; its {@link Failures#code} says why
     */
    static Subscription begin(Connection connection, String queue, ReadOptions options, Runnable wake)
            throws IOException {
        if (options.order() == RabbitSource.Order.NONE) {
            return begin(connection, queue, options, Sharing.SHARED, wake);
        }
        try {
            return begin(connection, queue, options, Sharing.EXCLUSIVE, wake);
        } catch (IOException refused) {
            if (Failures.code(refused) != AMQP.ACCESS_REFUSED) {
                throw refused;
            }
            // Perhaps a classic queue with a single active consumer, which lets nobody be exclusive.
            return begin(connection, queue, options, Sharing.ALONE, wake);
        }
    }

    private static Subscription begin(
            Connection connection, String queue, ReadOptions options, Sharing sharing, Runnable wake)
            throws IOException {
        Channel channel = open(connection);
        try {
            if (sharing != Sharing.SHARED && consumers(channel, queue) > 0) {
                throw new StandbyException();
            }
            Subscription subscription = new Subscription(queue, channel, wake);
            channel.addShutdownListener(cause -> subscription.ended(text(cause)));
            channel.basicQos(options.prefetch());
            channel.basicConsume(
                    queue, false, "", false, sharing == Sharing.EXCLUSIVE, Map.of(), subscription.new Receiver());
            if (sharing != Sharing.SHARED && consumers(channel, queue) > 1) {
                // Two began at the same moment. The later one sees both, and what has arrived was shown to nobody.
                throw new StandbyException();
            }
            return subscription;
        } catch (IOException | RuntimeException refused) {
            abort(channel);
            throw refused;
        }
    }

    /** Asked on the channel that consumes, so that its own consumer counts. */
    private static long consumers(Channel channel, String queue) throws IOException {
        return channel.queueDeclarePassive(queue).getConsumerCount();
    }

    private static Channel open(Connection connection) throws IOException {
        return connection
                .openChannel()
                .orElseThrow(() ->
                        new IOException("the broker allows no more channels in a connection: raise its channel_max"));
    }

    static void abort(Channel channel) {
        try {
            if (channel.isOpen()) {
                channel.abort();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("a channel did not close in good order: {}", FailureText.of(e));
        }
    }

    private static String text(ShutdownSignalException cause) {
        return FailureText.of(cause);
    }

    private void ended(String why) {
        if (end == null) {
            end = why;
            wake.run();
        }
    }

    /** Why it has ended; null while it has not. */
    @Nullable
    String end() {
        return end;
    }

    /** How many deliveries are not acknowledged, also those that wait here. */
    int unacknowledged() {
        return unacknowledged.size() + arrived.size();
    }

    /** Takes what has arrived, at most {@code limit}, in the order of the queue. */
    List<Incoming> take(int limit, ReadOptions options, LongSupplier tokens) {
        List<Incoming> taken = new ArrayList<>();
        for (Delivery one = arrived.poll(); one != null; one = taken.size() < limit ? arrived.poll() : null) {
            long token = tokens.getAsLong();
            unacknowledged.add(token, one.getEnvelope().getDeliveryTag());
            Message message = ReceivedDelivery.message(one.getProperties(), one.getBody(), options.destination(queue));
            taken.add(new Incoming(
                    token, queue, message, Optional.empty(), one.getEnvelope().isRedeliver()));
        }
        return taken;
    }

    /**
     * Acknowledges what of these was delivered by this channel, and rejects those of them that are to be set aside; whether that is all of them.
     *
     * @throws IOException if the connection fails
     */
    boolean acknowledge(Collection<Long> tokens, Set<Long> aside) throws IOException {
        boolean all = unacknowledged.has(tokens);
        // Before an acknowledgement of all up to a later one can cover them.
        for (Unacknowledged.Ack one : unacknowledged.finishEach(
                tokens.stream().filter(aside::contains).toList())) {
            channel.basicReject(one.tag(), false);
        }
        for (Unacknowledged.Ack ack : unacknowledged.finish(tokens)) {
            channel.basicAck(ack.tag(), ack.multiple());
        }
        return all;
    }

    /**
     * Waits until the broker has seen every acknowledgement so far; returns how many messages wait in the queue.
     *
     * @throws IOException if it has not
     */
    long settle() throws IOException {
        return channel.queueDeclarePassive(queue).getMessageCount();
    }

    /** Gives back what is not acknowledged. */
    void close() {
        abort(channel);
    }

    private final class Receiver extends DefaultConsumer {
        Receiver() {
            super(channel);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
            arrived.add(new Delivery(envelope, properties, body));
            wake.run();
        }

        @Override
        public void handleCancel(String tag) {
            ended("the broker has cancelled the consumer: the queue was deleted, or its node went away");
        }
    }
}
