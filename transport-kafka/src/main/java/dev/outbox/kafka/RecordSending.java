package dev.outbox.kafka;

import dev.outbox.internal.sending.Sending;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import java.util.concurrent.Future;
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
final class RecordSending extends Sending implements Callback {
    private final ProducerRecord<byte[], byte[]> record;
    private final Connection connection;
    private volatile @Nullable Thread offeringThread;
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private @Nullable RuntimeException refusal;

    RecordSending(long token, ProducerRecord<byte[], byte[]> record, OutcomeListener outcomes, Connection connection) {
        super(token, outcomes);
        this.record = record;
        this.connection = connection;
    }

    @Override
    public String lane() {
        return record.topic();
    }

    @Override
    protected boolean handOver() {
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
        report(Failures.refused(lane(), why));
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
            report(Failures.taken(lane(), failure));
        }
    }

    @Override
    public void giveUp() {
        RuntimeException own = refusal;
        Throwable reason = own != null && own.getCause() != null ? own : connection.failure();
        if (reason == null) {
            reason = own != null ? own : new TimeoutException("there is no connection to " + connection.servers());
        }
        report(Failures.notTaken(lane(), reason));
    }
}
