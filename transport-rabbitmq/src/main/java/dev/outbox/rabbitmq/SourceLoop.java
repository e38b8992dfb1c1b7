package dev.outbox.rabbitmq;

import com.rabbitmq.client.Connection;
import dev.outbox.internal.trouble.Trouble;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that talks to the broker for a source: connects, subscribes to each queue as soon as it may, hands deliveries to the consumer and acknowledgements to the
 * broker. All calls of the client that may block are made here.
 */
final class SourceLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitSource.class);
    private static final long LONGEST_NANOS = Duration.ofMillis(500).toNanos();
    private static final Duration CLOSING = Duration.ofSeconds(1);
    private static final int FAREWELL_MILLIS = 500;

    private record Finished(
            List<Incoming> deliveries, @Nullable Runnable onDurable) {}

    private final Broker broker;
    private final Sink sink;
    private final List<QueueReader> readers = new ArrayList<>();
    private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
    /** What is to be rejected when it is acknowledged: its token and queue. */
    private final Map<Long, String> aside = new ConcurrentHashMap<>();

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Pace pace = new Pace();
    private final Thread thread;
    private final Trouble trouble;
    private volatile @Nullable Socket socket;
    private volatile boolean paused;
    private volatile boolean stopping;
    private volatile long lag = -1;
    private @Nullable Connection connection;
    private long tokens;

    SourceLoop(Broker broker, ReadOptions options, Sink sink) {
        this.broker = broker;
        this.sink = sink;
        this.trouble = new Trouble(LOG, "'" + sink.consumer() + "' reads nothing from RabbitMQ at " + broker);
        options.queues()
                .forEach(queue -> readers.add(new QueueReader(queue, options, sink, this::wake, () -> ++tokens)));
        this.thread = new Thread(this, "outbox-rabbitmq-source-" + sink.consumer());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    void acknowledge(List<Incoming> deliveries, @Nullable Runnable onDurable) {
        finished.add(new Finished(List.copyOf(deliveries), onDurable));
        wake();
    }

    void setAside(Incoming incoming) {
        aside.put(incoming.token(), incoming.group());
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        wake();
    }

    OptionalLong lag() {
        return lag < 0 ? OptionalLong.empty() : OptionalLong.of(lag);
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                if (!step()) {
                    LockSupport.parkNanos(this, LONGEST_NANOS);
                }
            }
        } catch (Error error) {
            LOG.error("an error has ended the RabbitMQ source of '{}'; it reads nothing more", sink.consumer(), error);
            lag = -1;
            readers.forEach(QueueReader::lost);
            throw error;
        } finally {
            end();
        }
    }

    /** One turn; whether there was something to do. */
    private boolean step() {
        try {
            Connection open = connected();
            return open != null && work(open);
        } catch (RuntimeException e) {
            LOG.error("the RabbitMQ source met a fault of its own and goes on: {}", FailureText.of(e), e);
            disconnect(e);
            return false;
        }
    }

    private @Nullable Connection connected() {
        Connection open = connection;
        if (open != null && !open.isOpen()) {
            Throwable reason = open.getCloseReason();
            disconnect(reason == null ? new IOException("the connection has ended") : reason);
            open = null;
        }
        if (open == null && pace.isDue(System.nanoTime())) {
            try {
                open = broker.connect("outbox " + sink.consumer(), created -> socket = created);
                connection = open;
                pace.succeeded();
                trouble.isOver();
            } catch (IOException | TimeoutException | RuntimeException e) {
                pace.failed(System.nanoTime());
                trouble.is(Failures.connecting(e), "(" + FailureText.of(e) + ")");
            }
        }
        return open;
    }

    private boolean work(Connection open) {
        boolean worked = acknowledge();
        for (QueueReader reader : readers) {
            worked |= reader.step(open, paused, System.nanoTime());
        }
        long sum = 0;
        for (QueueReader reader : readers) {
            sum = reader.lag() < 0 || sum < 0 ? -1 : sum + reader.lag();
        }
        lag = sum;
        return worked;
    }

    private boolean acknowledge() {
        boolean any = false;
        for (Finished one = finished.poll(); one != null; one = finished.poll()) {
            any = true;
            boolean known = true;
            for (QueueReader reader : readers) {
                known &= reader.acknowledge(one.deliveries(), aside.keySet(), one.onDurable() != null);
            }
            one.deliveries().forEach(delivery -> aside.remove(delivery.token()));
            Runnable onDurable = one.onDurable();
            if (known && onDurable != null) {
                onDurable.run();
            }
        }
        return any;
    }

    private void disconnect(Throwable why) {
        if (!stopping) {
            trouble.is(Failures.connecting(why), "(" + FailureText.of(why) + ")");
        }
        readers.forEach(QueueReader::lost);
        pace.failed(System.nanoTime());
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.abort(FAREWELL_MILLIS);
        }
        cut();
    }

    private void end() {
        try {
            if (connection != null) {
                acknowledge();
                readers.forEach(QueueReader::close);
            }
        } catch (RuntimeException e) {
            LOG.debug("the last acknowledgements were not written: {}", FailureText.of(e));
        } finally {
            Connection open = connection;
            if (open != null) {
                open.abort(FAREWELL_MILLIS);
            }
            cut();
            ended.countDown();
        }
    }

    void close() {
        stopping = true;
        wake();
        if (!await(CLOSING)) {
            cut();
            if (!await(CLOSING)) {
                LOG.warn(
                        "the RabbitMQ source of '{}' has not ended within {}",
                        sink.consumer(),
                        CLOSING.multipliedBy(2));
            }
        }
    }

    private boolean await(Duration bound) {
        try {
            return ended.await(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Closes the socket under the client: whatever waits for it ends at once. */
    private void cut() {
        Socket open = socket;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("a socket did not close in good order: {}", FailureText.of(e));
            }
        }
    }
}
