package dev.outbox.kafka;

import dev.outbox.spi.FailureText;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The source's thread: it makes a Kafka consumer, reads with it, and makes another one when that is of no use any more, until it is told to stop. */
final class SourceLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);
    private static final long WHILE_PAUSED_NANOS = Duration.ofMillis(10).toNanos();
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final SourceParts parts;
    private final Mail mail;
    private final Troubles troubles;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private int failures;
    private volatile boolean stopping;

    SourceLoop(SourceParts parts, Mail mail) {
        this.parts = parts;
        this.mail = mail;
        this.troubles = parts.troubles();
        this.thread = new Thread(this, "outbox-kafka-source-" + parts.settings().group());
        this.thread.setDaemon(true);
        mail.readBy(thread);
    }

    void start() {
        thread.start();
    }

    /** Ends the thread; waits for that, but not for ever. Whether it has ended. */
    boolean stop(Duration patience) {
        stopping = true;
        mail.wake();
        try {
            return ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                readAsLongAsPossible();
            }
        } finally {
            ended.countDown();
        }
    }

    /** With one Kafka consumer. */
    private void readAsLongAsPossible() {
        @Nullable Reading reading = null;
        try {
            reading = new Reading(connect(), parts, mail);
            while (!stopping) {
                turn(reading);
            }
            reading.close(CLOSING);
        } catch (RuntimeException failure) {
            if (reading != null) {
                reading.abandon();
            }
            report(failure);
            pause();
        } catch (Error error) {
            LOG.error("{}: an error has ended its thread; it reads nothing more", parts.name(), error);
            if (reading != null) {
                reading.abandon();
            }
            throw error;
        }
    }

    private KafkaConsumer<byte[], byte[]> connect() {
        return new KafkaConsumer<>(
                parts.settings().consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void turn(Reading reading) {
        try {
            if (!reading.turn()) {
                LockSupport.parkNanos(this, WHILE_PAUSED_NANOS);
            }
            if (reading.hasPartitions()) {
                failures = 0;
                troubles.areOver(Troubles.Kind.READING);
            }
        } catch (InterruptException stray) {
            Thread.interrupted(); // nobody interrupts this thread to stop it
        } catch (KafkaException failure) {
            if (ReadFailures.endsConsumer(failure)) {
                throw failure;
            }
            report(failure);
            pause();
        }
    }

    private void report(RuntimeException failure) {
        failures++;
        if (failure instanceof KafkaException) {
            troubles.are(
                    Troubles.Kind.READING,
                    "nothing can be read: " + ReadFailures.advice(failure),
                    ReadFailures.detail(failure));
        } else {
            LOG.error(
                    "{}: a fault of the source's own; it begins anew: {}",
                    parts.name(),
                    FailureText.of(failure),
                    failure);
        }
    }

    /** The longer, the more often it was for nothing; half of it is left to chance, so that many processes do not come at once. */
    private void pause() {
        long step = Duration.ofMillis(500).toNanos() << Math.min(failures, 5);
        long end = System.nanoTime() + step / 2 + ThreadLocalRandom.current().nextLong(step / 2);
        for (long left = end - System.nanoTime(); left > 0 && !stopping; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }
}
