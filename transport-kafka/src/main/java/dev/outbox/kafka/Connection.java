package dev.outbox.kafka;

import dev.outbox.spi.FailureText;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer in use, if there is one. A producer that has failed for good is replaced, at most once a second; any thread may say so, and the keeper's thread
 * does it.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTransport.class);
    private static final long BETWEEN_NANOS = Duration.ofSeconds(1).toNanos();

    private final ProducerSettings settings;
    private final Runnable ended;
    private final AtomicReference<@Nullable Producer<byte[], byte[]>> current = new AtomicReference<>();
    private final AtomicReference<@Nullable Producer<byte[], byte[]>> over = new AtomicReference<>();
    private volatile @Nullable Throwable failure;
    private long notBeforeNanos;
    private boolean attempted;

    Connection(ProducerSettings settings, Runnable ended) {
        this.settings = settings;
        this.ended = ended;
    }

    String servers() {
        return settings.servers();
    }

    /** The producer in use; null while there is none. */
    @Nullable
    Producer<byte[], byte[]> producer() {
        return current.get();
    }

    /** Why there is no producer, or why there was none before this one; null if all was well. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** {@code producer} will never send again. Nothing happens if it is not in use any more. */
    void end(Producer<byte[], byte[]> producer, Throwable why) {
        if (current.compareAndSet(producer, null)) {
            failure = why;
            over.set(producer);
            LOG.warn("Kafka at {}: a new producer is needed: {}", servers(), FailureText.of(why));
            ended.run();
        }
    }

    /** On the keeper's thread: closes what is over and connects. Whether there is a producer. */
    boolean tend(long now) {
        Producer<byte[], byte[]> old = over.getAndSet(null);
        if (old != null) {
            // What it still has to report is unknown.
            close(old, Duration.ZERO);
        }
        if (current.get() == null && (!attempted || now - notBeforeNanos >= 0)) {
            attempted = true;
            notBeforeNanos = now + BETWEEN_NANOS;
            connect();
        }
        return current.get() != null;
    }

    private void connect() {
        try {
            current.set(new KafkaProducer<>(settings.producer(), new ByteArraySerializer(), new ByteArraySerializer()));
        } catch (KafkaException e) {
            failure = e;
            LOG.debug("Kafka at {}: no producer: {}", servers(), FailureText.of(e));
        }
    }

    /** On the keeper's thread, as the last thing: waits for what is under way, for at most {@code timeout}. */
    void close(Duration timeout) {
        Producer<byte[], byte[]> old = over.getAndSet(null);
        if (old != null) {
            close(old, Duration.ZERO);
        }
        Producer<byte[], byte[]> last = current.getAndSet(null);
        if (last != null) {
            close(last, timeout);
        }
    }

    private static void close(Producer<byte[], byte[]> producer, Duration timeout) {
        try {
            producer.close(timeout);
        } catch (KafkaException e) {
            LOG.debug("a producer did not close in good order: {}", FailureText.of(e));
        }
    }
}
