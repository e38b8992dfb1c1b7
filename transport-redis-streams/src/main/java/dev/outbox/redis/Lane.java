package dev.outbox.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The way to one server: a thread with a connection, which writes what has gathered in one go and reads the replies.
 *
 * <p>What waits belongs to whoever takes it first: this thread, to send it, or the keeper, to give it up.
 */
final class Lane {
    private static final int MOST_AT_ONCE = 1_000;
    private static final int MOST_BYTES_AT_ONCE = 1 << 20;
    private static final Duration TRUSTED_IDLE = Duration.ofSeconds(1);

    private final Client client;
    private final @Nullable HostAndPort home;
    private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile @Nullable Link link;
    private volatile @Nullable Exchange underWay;
    private volatile @Nullable Throwable failure;
    private long lastUseNanos;
    private volatile boolean stopping;

    /** @param home the server; null for the front door */
    Lane(Client client, @Nullable HostAndPort home) {
        this.client = client;
        this.home = home;
        this.thread = new Thread(this::run, client.options().name() + (home == null ? "" : "-" + home));
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void add(Request request) {
        waiting.add(request);
    }

    void wake() {
        if (!waiting.isEmpty()) {
            LockSupport.unpark(thread);
        }
    }

    boolean isBusy() {
        return underWay != null || !waiting.isEmpty();
    }

    /** On the keeper's thread: gives up what has waited too long, and breaks what does not answer. Whether there is something to look after. */
    boolean tend(long now) {
        Exchange exchange = underWay;
        long longest = client.options().longestExchange().toNanos();
        if (exchange != null && now - exchange.sinceNanos() > longest) {
            exchange.giveUp(new JedisConnectionException(
                    "no reply within " + client.options().longestExchange()));
        }
        long patience = client.options().patience().toNanos();
        Throwable why = failure;
        for (Request first = waiting.peek(); first != null && now - first.sinceNanos() > patience; ) {
            first.giveUp(why != null ? why : new JedisConnectionException("there is no connection yet"));
            waiting.remove(first);
            first = waiting.peek();
        }
        return isBusy();
    }

    /** Breaks the connection and gives up everything; the thread ends. */
    void stop() {
        stopping = true;
        Link current = link;
        Exchange exchange = underWay;
        if (exchange != null) {
            exchange.giveUp(closed());
        } else if (current != null) {
            current.abort();
        }
        LockSupport.unpark(thread);
        clear();
    }

    /** Gives up what waits, as nobody serves it any more. */
    void clear() {
        for (Request request = waiting.poll(); request != null; request = waiting.poll()) {
            request.lost(closed());
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("closed before Redis has replied");
    }

    private void run() {
        while (!stopping && !client.isClosed()) {
            if (waiting.isEmpty()) {
                LockSupport.park(this);
            } else {
                serve();
            }
        }
        Link last = link;
        if (last != null) {
            last.abort();
        }
        clear();
    }

    private void serve() {
        Link current;
        try {
            current = connected();
            failure = null;
        } catch (RuntimeException noConnection) {
            unreachable(noConnection);
            return;
        }
        List<Request> batch = take();
        if (!batch.isEmpty()) {
            Exchange exchange = new Exchange(client, current, batch, System.nanoTime());
            underWay = exchange;
            boolean sound = exchange.run();
            underWay = null;
            lastUseNanos = System.nanoTime();
            if (!sound) {
                current.abort();
                link = null;
                forgetHome();
            }
        }
    }

    private void unreachable(RuntimeException why) {
        failure = why;
        forgetHome();
        List<Request> early = new ArrayList<>();
        for (Request request = waiting.poll(); request != null; request = waiting.poll()) {
            early.add(request);
        }
        // What comes in answer to an outcome deserves an attempt of its own.
        early.forEach(request -> request.giveUp(why));
    }

    private void forgetHome() {
        if (home != null) {
            client.forget(home);
        }
    }

    /** A connection that works as far as can be known: one that was idle is tried first, so that a restart meanwhile leaves nothing unknown. */
    private Link connected() {
        Link current = link;
        if (current != null && System.nanoTime() - lastUseNanos > TRUSTED_IDLE.toNanos()) {
            try {
                current.call(Protocol.Command.PING, new byte[0][]);
            } catch (JedisException broken) {
                current.abort();
                link = null;
                current = null;
            }
        }
        if (current == null) {
            current = client.open(home);
            link = current;
            lastUseNanos = System.nanoTime();
        }
        return current;
    }

    private List<Request> take() {
        List<Request> batch = new ArrayList<>();
        int bytes = 0;
        while (batch.size() < MOST_AT_ONCE && bytes < MOST_BYTES_AT_ONCE) {
            Request next = waiting.poll();
            if (next == null) {
                break;
            }
            if (next.take()) {
                batch.add(next);
                bytes += next.bytes();
            }
        }
        return batch;
    }
}
