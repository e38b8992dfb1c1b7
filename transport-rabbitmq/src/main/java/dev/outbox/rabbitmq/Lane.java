package dev.outbox.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.outbox.spi.FailureText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One destination's channel, in one connection. When the broker closes the channel, which is how it says that something is wrong with a message or its exchange, that
 * is the end of the lane; the next message begins another, which counts its confirms anew.
 *
 * <p>The first message of a channel goes alone. So a missing exchange or a missing right is found with one message on its way, of which it is then certain that
 * it did not arrive.
 *
 * <p>Opened and written by the connection's thread; confirms and the end come on the client's.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitTransport.class);

    private enum State {
        NEW,
        TRIAL,
        PROVEN,
        CLOSED
    }

    private final String destination;
    private final Runnable onChange;
    private final Unconfirmed unconfirmed = new Unconfirmed();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private @Nullable Channel channel;
    private volatile long usedNanos = System.nanoTime();

    /**
     * Not opened.
     *
     * @param onChange to be called when the lane takes more messages, or none any more
     */
    Lane(String destination, Runnable onChange) {
        this.destination = destination;
        this.onChange = onChange;
    }

    String destination() {
        return destination;
    }

    /** Whether a message may come now; the first one only once. */
    boolean admits() {
        return state.get() == State.PROVEN || state.compareAndSet(State.NEW, State.TRIAL);
    }

    /** The first message was admitted, and does not come after all. */
    void withdraw() {
        if (unconfirmed.size() == 0) {
            state.compareAndSet(State.TRIAL, State.NEW);
        }
    }

    boolean isClosed() {
        return state.get() == State.CLOSED;
    }

    int unconfirmed() {
        return unconfirmed.size();
    }

    /** Whether nothing has been sent since {@code time} and nothing is under way. */
    boolean isIdleSince(long time) {
        return state.get() == State.PROVEN && unconfirmed.size() == 0 && usedNanos - time < 0;
    }

    /**
     * Publishes a message, on the connection's thread; it goes with the next flush of {@code gathering}.
     *
     * @throws IOException if the channel cannot be opened; the message was not published
     */
    void publish(Connection connection, Gathering gathering, RabbitSending sending) throws IOException {
        if (channel == null) {
            channel = open(connection);
        }
        Channel open = channel;
        usedNanos = System.nanoTime();
        unconfirmed.add(sending, usedNanos);
        try {
            RabbitRoute route = sending.route();
            gathering.gather(() -> open.basicPublish(
                    route.exchange(), route.routingKey(), true, sending.properties(), sending.body()));
        } catch (IllegalArgumentException unwritable) {
            // The client has counted it, the broker has not: from here on they would count differently.
            sending.report(Failures.unwritable(sending.route(), unwritable));
            end("another message could not be written", unwritable);
        } catch (IOException | RuntimeException e) {
            end("the connection failed while it was written", e);
        }
    }

    private Channel open(Connection connection) throws IOException {
        Channel opened = connection.createChannel();
        if (opened == null) {
            throw new IOException("the broker allows no more channels in a connection: raise its channel_max");
        }
        opened.addConfirmListener(
                (tag, multiple) -> confirmed(tag, multiple), (tag, multiple) -> nacked(tag, multiple));
        opened.addReturnListener(returned -> unconfirmed
                .returned(Optional.ofNullable(returned.getProperties().getMessageId())
                        .orElse(""))
                .ifPresent(sending -> sending.returned(returned.getReplyText())));
        opened.addShutdownListener(this::closed);
        opened.confirmSelect();
        return opened;
    }

    private void confirmed(long tag, boolean multiple) {
        unconfirmed.settle(tag, multiple).forEach(RabbitSending::confirmed);
        proven();
    }

    private void nacked(long tag, boolean multiple) {
        unconfirmed.settle(tag, multiple).forEach(sending -> sending.report(Failures.nacked(sending.route())));
        proven();
    }

    private void proven() {
        if (state.compareAndSet(State.TRIAL, State.PROVEN)) {
            onChange.run();
        }
    }

    /** The channel is over, alone or with its connection. */
    private void closed(ShutdownSignalException cause) {
        state.set(State.CLOSED);
        List<RabbitSending> left = unconfirmed.drain();
        if (left.size() == 1 && !cause.isHardError() && !cause.isInitiatedByApplication()) {
            RabbitSending alone = left.get(0);
            alone.report(Failures.closedAlone(alone.route(), cause));
        } else {
            String what = cause.isHardError()
                    ? "the connection was lost before the broker confirmed it"
                    : "the broker closed the channel before it confirmed it";
            left.forEach(sending -> sending.report(Failures.lost(sending.route(), what, cause)));
        }
        onChange.run();
    }

    /** Whether something was published before {@code time} and has no confirm. */
    boolean isOverdue(long time) {
        return !unconfirmed.publishedBefore(time).isEmpty();
    }

    /** Reports what has waited for a confirm since before {@code time}, on any thread. */
    void reportOverdue(long time) {
        List<RabbitSending> overdue = unconfirmed.publishedBefore(time);
        overdue.forEach(sending ->
                sending.report(Failures.lost(sending.route(), "the broker has not confirmed it in time", null)));
    }

    /** Gives the channel up, on the connection's thread; what has no outcome becomes unknown. */
    void end(String why, @Nullable Throwable cause) {
        state.set(State.CLOSED);
        unconfirmed.drain().forEach(sending -> sending.report(Failures.lost(sending.route(), why, cause)));
        Channel open = channel;
        if (open != null && open.isOpen()) {
            try {
                open.abort();
            } catch (IOException | RuntimeException e) {
                LOG.debug("a channel did not close in good order: {}", FailureText.of(e));
            }
        }
        onChange.run();
    }
}
