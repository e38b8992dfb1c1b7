package dev.outbox.redis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.HostAndPortMapper;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Sends commands without waiting, each over the lane of the server that has its stream. In a cluster that server is learned as the servers themselves redirect
 * us; what was learned of a server that cannot be reached is forgotten, and the front door asked again.
 *
 * <p>A thread of its own, the keeper, gives up what no lane takes in time, and breaks connections that do not answer in time: reading has a limit in the socket, but
 * writing has none.
 *
 * <p>Thread-safe. Owns a thread for itself and one for each server that it talks to.
 */
final class Client implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Client.class);
    private static final long BUSY_PAUSE_NANOS = 20_000_000;
    private static final long IDLE_PAUSE_NANOS = 500_000_000;

    private final ClientOptions options;
    private final FrontDoor door;
    private final JedisClientConfig settings;
    private final Map<Integer, HostAndPort> places = new ConcurrentHashMap<>();
    private final Map<HostAndPort, Lane> lanes = new ConcurrentHashMap<>();
    private final Lane front;
    private final Thread keeper;
    private volatile boolean closed;

    Client(ClientOptions options) {
        this.options = options;
        this.door = options.servers().frontDoor(options.connectTimeout(), options.responseTimeout());
        this.settings = options.servers().settings(options.connectTimeout(), options.responseTimeout());
        this.front = new Lane(this, null);
        this.keeper = new Thread(this::keep, options.name() + "-keeper");
        this.keeper.setDaemon(true);
    }

    /** Starts the threads. */
    void start() {
        front.start();
        keeper.start();
    }

    ClientOptions options() {
        return options;
    }

    /** Sends {@code request} as soon as a connection is there. From any thread; never waits. The lane must be {@linkplain #flush woken}. */
    void submit(Request request) {
        laneOf(request.stream()).add(request);
        if (closed) {
            lanes().forEach(Lane::clear);
        }
    }

    /** Lets the lanes begin with what was submitted. */
    void flush() {
        lanes().forEach(Lane::wake);
    }

    /** Sends {@code request} to where a server has sent us. */
    void redirect(Request request, HostAndPort target, boolean forGood) {
        if (forGood) {
            learn(request.stream(), target);
        }
        Lane lane = laneAt(reachable(target));
        lane.add(request);
        lane.wake();
        if (closed) {
            lane.clear();
        }
    }

    /** A server has said where {@code stream} is. */
    void learn(String stream, HostAndPort target) {
        places.put(JedisClusterCRC16.getSlot(stream), reachable(target));
    }

    private HostAndPort reachable(HostAndPort address) {
        HostAndPortMapper mapper = settings.getHostAndPortMapper();
        return mapper == null ? address : mapper.getHostAndPort(address);
    }

    /** Where {@code stream} is, as far as is known; null is the front door. */
    private @Nullable HostAndPort place(String stream) {
        return places.isEmpty() ? null : places.get(JedisClusterCRC16.getSlot(stream));
    }

    /** A server cannot be reached, or is not what it was. */
    void forget(HostAndPort address) {
        places.values().removeIf(address::equals);
    }

    /** The server of {@code stream} cannot be reached, or is not what it was. */
    void forgetPlaceOf(String stream) {
        HostAndPort place = place(stream);
        if (place != null) {
            forget(place);
        }
    }

    /**
     * A new connection to the server of {@code stream}, as far as that is known.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if there is none
     */
    Link openFor(String stream) {
        return open(place(stream));
    }

    /**
     * A new connection to {@code place}, checked.
     *
     * @param place null for the front door
     * @throws redis.clients.jedis.exceptions.JedisException if there is none
     */
    Link open(@Nullable HostAndPort place) {
        Link link = Link.open(place == null ? door.find() : place, settings);
        try {
            options.onOpen().accept(link);
            return link;
        } catch (RuntimeException refused) {
            link.close();
            throw refused;
        }
    }

    private Lane laneOf(String stream) {
        HostAndPort place = place(stream);
        return place == null ? front : laneAt(place);
    }

    private Lane laneAt(HostAndPort address) {
        return lanes.computeIfAbsent(address, home -> {
            Lane lane = new Lane(this, home);
            lane.start();
            return lane;
        });
    }

    private Iterable<Lane> lanes() {
        return () -> java.util.stream.Stream.concat(java.util.stream.Stream.of(front), lanes.values().stream())
                .iterator();
    }

    private void keep() {
        while (!closed) {
            boolean busy = false;
            long now = System.nanoTime();
            for (Lane lane : lanes()) {
                busy |= lane.tend(now);
            }
            LockSupport.parkNanos(this, busy ? BUSY_PAUSE_NANOS : IDLE_PAUSE_NANOS);
        }
    }

    /** Waits for replies for as long as the options say, then gives up what is left. Idempotent. */
    @Override
    public void close() {
        long end = System.nanoTime() + options.closeTimeout().toNanos();
        while (!closed
                && isBusy()
                && System.nanoTime() - end < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, BUSY_PAUSE_NANOS / 10);
        }
        if (!closed) {
            LOG.debug("{} closes", options.name());
        }
        closed = true;
        LockSupport.unpark(keeper);
        lanes().forEach(Lane::stop);
    }

    boolean isClosed() {
        return closed;
    }

    private boolean isBusy() {
        for (Lane lane : lanes()) {
            if (lane.isBusy()) {
                return true;
            }
        }
        return false;
    }
}
