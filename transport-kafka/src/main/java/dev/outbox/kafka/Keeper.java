package dev.outbox.kafka;

import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport's thread: it makes and replaces the producer, serves the lobby and looks at new topics. Everything that may take long is done here, so that
 * neither the relay's thread nor the producer's waits.
 */
final class Keeper implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTransport.class);
    private static final Duration FAULT_PAUSE = Duration.ofSeconds(1);

    private final Connection connection;
    private final Lobby lobby;
    private final TopicCheck topics;
    private final Duration closeTimeout;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopping;

    Keeper(ProducerSettings settings, Duration patience, Duration closeTimeout) {
        this.connection = new Connection(settings, this::wake);
        this.lobby = new Lobby(patience);
        this.topics = new TopicCheck(settings, this::wake);
        this.closeTimeout = closeTimeout;
        this.thread = new Thread(this, "outbox-kafka");
        this.thread.setDaemon(true);
    }

    Connection connection() {
        return connection;
    }

    TopicCheck topics() {
        return topics;
    }

    void start() {
        thread.start();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    /** Lets a record wait for a producer that takes it. From any thread. */
    void receive(Sending sending) {
        lobby.add(sending);
        wake();
        if (ended.getCount() == 0) {
            lobby.clear(Keeper::turnAway);
        }
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                LockSupport.parkNanos(this, step());
            }
        } finally {
            stopping = true;
            connection.close(closeTimeout);
            topics.close();
            lobby.clearAll(Keeper::turnAway);
            ended.countDown();
            lobby.clear(Keeper::turnAway);
        }
    }

    private long step() {
        try {
            boolean connected = connection.tend(System.nanoTime());
            long lobbyPause = lobby.serve(System.nanoTime());
            long topicsPause = connected ? topics.tend(System.nanoTime()) : FAULT_PAUSE.toNanos();
            return Math.min(lobbyPause, topicsPause);
        } catch (RuntimeException e) {
            LOG.error("the Kafka transport met a fault of its own and goes on: {}", FailureText.of(e), e);
            return FAULT_PAUSE.toNanos();
        }
    }

    /** Ends the thread after the producer has had its time to finish; waits for that. */
    void stop() {
        stopping = true;
        wake();
        try {
            Duration bound = closeTimeout.plus(FAULT_PAUSE);
            if (!ended.await(bound.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("the Kafka transport's producer has not ended within {}", bound);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void turnAway(Sending sending) {
        sending.report(new Outcome.Unknown(new IllegalStateException("the Kafka transport is closed")));
    }
}
