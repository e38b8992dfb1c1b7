package dev.outbox.kafka;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One record on its way: offered to a producer until that takes it, and then confirmed or not.
 *
 * <p>A producer reports a record that it refuses on the thread that offers it, and one that it has taken on its own thread. That is how the two are told
 * apart: what was refused was certainly not sent.
 */
final class Sending implements Callback {
    private final long token;
    private final ProducerRecord<byte[], byte[]> record;
    private final OutcomeListener outcomes;
    private final Connection connection;
    private final long sinceNanos;
    private final AtomicBoolean reported = new AtomicBoolean();
    private volatile @Nullable Thread offeringThread;
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private @Nullable RuntimeException refusal;

    Sending(
            long token,
            ProducerRecord<byte[], byte[]> record,
            OutcomeListener outcomes,
            Connection connection,
            long sinceNanos) {
        this.token = token;
        this.record = record;
        this.outcomes = outcomes;
        this.connection = connection;
        this.sinceNanos = sinceNanos;
    }

    String topic() {
        return record.topic();
    }

    /** When it came. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** Offers the record, and never waits; false if no producer takes it at present, so that it has to be offered again. By one thread at a time. */
    boolean offer() {
        Producer<byte[], byte[]> current = connection.producer();
        if (current == null) {
            return false;
        }
        refusal = null;
        producer = current;
        offeringThread = Thread.currentThread();
        try {
            Future<RecordMetadata> unused = current.send(record, this);
        } catch (KafkaException | IllegalStateException e) {
            refusal = e;
        } finally {
            offeringThread = null;
        }
        return refusal == null || isOver(current, refusal);
    }

    /** Whether the refusal is the last word. */
    private boolean isOver(Producer<byte[], byte[]> current, RuntimeException why) {
        if (connection.producer() != current) {
            // Closed meanwhile, and so it refuses everything.
            return false;
        }
        if (Failures.endsProducer(why)) {
            connection.end(current, why);
        } else if (why instanceof TimeoutException) {
            return false;
        }
        report(Failures.refused(topic(), why));
        return true;
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata written, @Nullable Exception failure) {
        if (Thread.currentThread() == offeringThread) {
            refusal = failure instanceof RuntimeException e ? e : new KafkaException(failure);
        } else if (failure == null) {
            report(Outcome.CONFIRMED);
        } else {
            Producer<byte[], byte[]> taker = producer;
            if (taker != null && Failures.endsProducer(failure)) {
                connection.end(taker, failure);
            }
            report(Failures.taken(topic(), failure));
        }
    }

    /** No producer took it in time. */
    void giveUp() {
        RuntimeException own = refusal;
        Throwable reason = own != null && own.getCause() != null ? own : connection.failure();
        if (reason == null) {
            reason = own != null ? own : new TimeoutException("there is no connection to " + connection.servers());
        }
        report(Failures.notTaken(topic(), reason));
    }

    /** Reports what became of it; only the first report counts. */
    void report(Outcome outcome) {
        if (reported.compareAndSet(false, true)) {
            outcomes.onOutcome(token, outcome);
        }
    }
}
