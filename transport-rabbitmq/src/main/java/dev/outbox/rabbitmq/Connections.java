package dev.outbox.rabbitmq;

import dev.outbox.internal.sending.Keeper;
import dev.outbox.spi.FailureText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection in use, and the next one when it is over: at most one attempt a second. */
final class Connections implements Keeper.Duties, Generation.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitTransport.class);
    private static final long BETWEEN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Broker broker;
    private final Duration confirmTimeout;
    private final Keeper keeper;
    private volatile @Nullable Generation current;
    private volatile @Nullable Throwable failure;
    private long notBeforeNanos;

    Connections(Broker broker, Duration confirmTimeout, Keeper keeper) {
        this.broker = broker;
        this.confirmTimeout = confirmTimeout;
        this.keeper = keeper;
    }

    /** Hands a message to the connection, if there is one that takes it now. From any thread. */
    boolean take(RabbitSending sending) {
        Generation generation = current;
        return generation != null && generation.take(sending);
    }

    /** Why a message was not taken. */
    Throwable obstacle(RabbitSending sending) {
        Generation generation = current;
        if (generation != null && generation.isOpen()) {
            String blocked = generation.blocked();
            return new RabbitSendException(
                    blocked == null
                            ? "the first message to '" + sending.lane() + "' has no confirm yet"
                            : "the broker blocks publishers (" + FailureText.clean(blocked)
                                    + "): free its memory or disk, or raise the limit",
                    null);
        }
        Throwable last = generation == null || generation.failure() == null ? failure : generation.failure();
        return last == null ? new RabbitSendException("RabbitMQ at " + broker + " has not answered yet", null) : last;
    }

    @Override
    public long tend(long now) {
        Generation generation = current;
        if (generation != null && !generation.isOver()) {
            generation.watch(now);
            return BETWEEN_NANOS;
        }
        if (generation != null) {
            if (generation.failure() != null) {
                failure = generation.failure();
                LOG.debug("RabbitMQ at {}: {}", broker, FailureText.of(generation.failure()));
            }
            if (now - notBeforeNanos < 0) {
                return notBeforeNanos - now;
            }
        }
        notBeforeNanos = now + BETWEEN_NANOS;
        Generation next = new Generation(broker, this, confirmTimeout);
        current = next;
        next.start();
        return BETWEEN_NANOS;
    }

    @Override
    public void giveBack(RabbitSending sending) {
        keeper.receive(sending);
    }

    @Override
    public void changed() {
        keeper.wake();
    }

    @Override
    public void close(Duration timeout) {
        Generation generation = current;
        if (generation != null) {
            generation.finish(timeout);
        }
    }

    @Override
    public String toString() {
        return broker.toString();
    }
}
