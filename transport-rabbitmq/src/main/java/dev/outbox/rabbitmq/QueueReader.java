package dev.outbox.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.outbox.internal.trouble.Trouble;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a source does with one queue: it subscribes as soon as it may, and again when that has ended. Used by the source's thread. */
final class QueueReader {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitSource.class);
    private static final int MOST_AT_ONCE = 500;
    private static final long LAG_NANOS = Duration.ofSeconds(5).toNanos();

    private final String queue;
    private final ReadOptions options;
    private final Sink sink;
    private final Runnable wake;
    private final LongSupplier tokens;
    private final Pace pace = Pace.steady();
    private final Trouble trouble;
    private @Nullable Subscription subscription;
    private long waiting = -1;
    private long lookNanos;

    QueueReader(String queue, ReadOptions options, Sink sink, Runnable wake, LongSupplier tokens) {
        this.queue = queue;
        this.options = options;
        this.sink = sink;
        this.wake = wake;
        this.tokens = tokens;
        this.trouble = new Trouble(LOG, "'" + sink.consumer() + "' reads nothing from the queue '" + queue + "'");
    }

    /** Subscribes if it has to, and delivers what has come; whether there was any. */
    boolean step(Connection connection, boolean paused, long now) {
        Subscription current = subscription;
        if (current != null && current.end() != null) {
            ended(current, new IOException(current.end()));
            current = null;
        }
        if (current == null) {
            current = subscribe(connection, now);
        }
        if (current == null || !look(current, now)) {
            return false;
        }
        List<Incoming> batch = paused ? List.of() : current.take(MOST_AT_ONCE, options, tokens);
        if (!batch.isEmpty()) {
            sink.deliver(batch);
        }
        return !batch.isEmpty();
    }

    /** The channel is over; the others of the connection go on. */
    private void ended(Subscription over, Exception why) {
        trouble.is("the subscription has ended", "(" + FailureText.of(why) + ")");
        over.close();
        lost();
    }

    private boolean look(Subscription current, long now) {
        if (now - lookNanos < 0) {
            return true;
        }
        lookNanos = now + LAG_NANOS;
        try {
            waiting = current.settle();
            return true;
        } catch (IOException | ShutdownSignalException e) {
            ended(current, e);
            return false;
        }
    }

    private @Nullable Subscription subscribe(Connection connection, long now) {
        if (!pace.isDue(now)) {
            return null;
        }
        try {
            Subscription begun = Subscription.begin(connection, queue, options, wake);
            subscription = begun;
            pace.succeeded();
            trouble.isOver();
            lookNanos = now;
            return begun;
        } catch (IOException | RuntimeException e) {
            pace.failed(now);
            trouble.is(Failures.subscribing(e), "(" + FailureText.of(e) + ")");
            return null;
        }
    }

    /** Acknowledges what of these came from this queue, or rejects it where it is to be set {@code aside}; whether that was possible for all, and if that is asked, whether the broker has seen it. */
    boolean acknowledge(List<Incoming> finished, Set<Long> aside, boolean durably) {
        List<Long> mine = finished.stream()
                .filter(incoming -> incoming.group().equals(queue))
                .map(Incoming::token)
                .toList();
        Subscription current = subscription;
        if (mine.isEmpty()) {
            return true;
        }
        if (current == null || current.end() != null) {
            return false;
        }
        try {
            boolean all = current.acknowledge(mine, aside);
            if (all && durably) {
                waiting = current.settle();
            }
            return all;
        } catch (IOException | ShutdownSignalException e) {
            ended(current, e);
            return false;
        }
    }

    /** What waits in the queue and what is here; -1 if it is not known. */
    long lag() {
        Subscription current = subscription;
        return current == null || waiting < 0 ? -1 : waiting + current.unacknowledged();
    }

    /** The channel is over, and what it delivered will be delivered again. */
    void lost() {
        if (subscription != null) {
            subscription = null;
            waiting = -1;
            sink.lost(List.of(queue));
        }
    }

    void close() {
        Subscription current = subscription;
        if (current != null) {
            current.close();
        }
    }
}
