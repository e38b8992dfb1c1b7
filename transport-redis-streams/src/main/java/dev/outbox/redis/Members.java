package dev.outbox.redis;

import dev.outbox.internal.trouble.Trouble;
import dev.outbox.spi.FailureText;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * Tells the other processes of a group that this one is there, and learns how many there are: a sorted set beside the first stream, whose scores are the times, by the
 * server's clock, until which each member counts. Only a hint for fairness: nothing goes wrong if it is wrong. So where nothing can be learned, it counts as the only one, and takes every stream that
 * nobody else reads.
 */
final class Members implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsSource.class);

    private static final String ANNOUNCE = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
            redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
            redis.call('PEXPIRE', KEYS[1], ARGV[2] * 10)
            return redis.call('ZCARD', KEYS[1])
            """;
    private static final String LEAVE = "return redis.call('ZREM', KEYS[1], ARGV[1])";

    private static final long SHORT_PAUSE_NANOS = 10_000_000;

    private final String name;
    private final Runnable retirement;
    private final Client client;
    private final String stream;
    private final String key;
    private final String consumer;
    private final Duration lease;
    private final Share share;
    private final Trouble trouble;
    private final Thread thread;
    private volatile boolean stopping;
    private boolean counted;
    private long countedNanos;

    Members(SourceParts parts, String firstStream) {
        this.name = parts.name();
        this.retirement = parts.retirement();
        this.client = parts.client();
        this.stream = firstStream;
        this.key = Lease.beside(firstStream, "members:" + parts.group());
        this.consumer = parts.consumer();
        this.lease = parts.numbers().lease();
        this.share = parts.share();
        this.trouble = new Trouble(LOG, parts.name());
        this.thread = new Thread(this, parts.name() + "-members");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        try {
            announceUntilStopped();
        } catch (Error error) {
            LOG.error("{}: an error has ended one of its threads, and it reads nothing more", name, error);
            retirement.run();
            throw error;
        }
    }

    private void announceUntilStopped() {
        while (!stopping) {
            try (Link link = client.openFor(stream)) {
                announce(link);
            } catch (JedisMovedDataException moved) {
                client.learn(stream, moved.getTargetNode());
                LockSupport.parkNanos(this, SHORT_PAUSE_NANOS);
            } catch (JedisException failure) {
                client.forgetPlaceOf(stream);
                areUnknown(failure);
                LockSupport.parkNanos(this, lease.toNanos() / 3);
            } catch (RuntimeException fault) {
                LOG.error("{} met a fault of its own and goes on: {}", name, FailureText.of(fault), fault);
                if (!share.isKnown()) {
                    share.among(1);
                }
                LockSupport.parkNanos(this, lease.toNanos() / 3);
            }
        }
    }

    /** What was counted holds for as long as those who were counted do. */
    private void areUnknown(JedisException why) {
        if (counted && System.nanoTime() - countedNanos < lease.toNanos()) {
            LOG.debug("The members at {} are not known at present: {}", key, Failures.text(why));
            return;
        }
        trouble.is(
                "the members of its group are not known, so it takes every stream that nobody reads",
                "(" + key + "; " + Failures.text(why) + ")");
        share.among(1);
    }

    private void announce(Link link) {
        while (!stopping) {
            Object count = Guard.run(link, ANNOUNCE, List.of(key), List.of(consumer, Long.toString(lease.toMillis())));
            share.among(count instanceof Long members ? members : 1);
            counted = true;
            countedNanos = System.nanoTime();
            trouble.isOver();
            LockSupport.parkNanos(this, lease.toNanos() / 3);
        }
        Guard.run(link, LEAVE, List.of(key), List.of(consumer));
    }
}
