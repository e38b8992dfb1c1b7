package dev.outbox.testservers;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * A Redis server for tests.
 *
 * <p>It comes from the first of these that is there:
 *
 * <ol>
 *   <li>for {@link #shared()} only: the environment's {@code OUTBOX_TEST_REDIS_URL}, as {@code redis://host:port}
 *   <li>a Docker engine that answers, except for {@link #startSecured}, {@link RedisCluster} and {@link RedisSentinel}
 *   <li>the Redis installed on this machine, run on a free port of the loopback interface in a temporary directory
 * </ol>
 *
 * <p>If there is none, an exception says what to install; nothing is skipped. A server started here writes every change to
 * its append-only file and to the disk before it answers, unless its settings say otherwise, and makes no snapshots. Nothing
 * of it is left when this JVM ends, also by SIGKILL.
 *
 * <p>Thread-safe, except that {@link #kill()}, {@link #stop()}, {@link #restart()}, {@link #pause()} and {@link #resume()}
 * are for one thread at a time.
 */
public final class RedisServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisServer.class);
    private static final Duration ANSWER_BOUND = Duration.ofMinutes(1);
    private static final int CALL_MILLIS = 5_000;
    private static final Map<String, String> DURABLE = Map.of(
            "appendonly", "yes",
            "appendfsync", "always",
            "save", "\"\"");
    private static final AtomicInteger STREAMS = new AtomicInteger();
    private static @Nullable RedisServer shared;

    private final URI url;
    private final ServerControl control;
    private final Optional<RedisSecurity> security;
    private final Use use;

    private enum Use {
        SHARED,
        OWN
    }

    private RedisServer(RedisLauncher.Launched launched, Optional<RedisSecurity> security, Use use) {
        this.url = launched.url();
        this.control = launched.control();
        this.security = security;
        this.use = use;
        try {
            awaitAnswer();
        } catch (RuntimeException silent) {
            control.close();
            throw silent;
        }
        log.info("Redis runs at {}:{}", host(), port());
    }

    /**
     * The server that all tests of this JVM share, started by the first call. It is not for killing: other tests use it too.
     * Its {@link #close()} has no effect.
     *
     * @throws IllegalStateException if there is none and none can be started
     */
    public static synchronized RedisServer shared() {
        RedisServer server = shared;
        if (server == null) {
            server = new RedisServer(
                    RedisLauncher.named(System.getenv())
                            .orElseGet(() -> RedisLauncher.launch(System.getenv(), DURABLE)),
                    Optional.empty(),
                    Use.SHARED);
            shared = server;
        }
        return server;
    }

    /**
     * Starts a server of the caller's own with durable settings. It can always be controlled.
     *
     * @throws IllegalStateException if it cannot be started
     */
    public static RedisServer start() {
        return start(Map.of());
    }

    /**
     * Starts a server of the caller's own, which can always be controlled.
     *
     * @param settings entries of {@code redis.conf} in addition to the durable ones or in their place
     * @throws IllegalStateException if it cannot be started
     */
    public static RedisServer start(Map<String, String> settings) {
        return new RedisServer(
                RedisLauncher.launch(System.getenv(), withDefaults(settings)), Optional.empty(), Use.OWN);
    }

    /**
     * Starts a replica of this server, of the caller's own. It has what the master had as soon as {@code INFO replication} there counts it as online.
     *
     * @throws IllegalStateException if it cannot be started
     */
    public RedisServer startReplica(Map<String, String> settings) {
        Map<String, String> all = withDefaults(settings);
        all.put("replicaof", host() + " " + port());
        int port = FreePort.next();
        return locally(port, LocalRedis.start(RedisLauncher.program(), port, all, "TERM"));
    }

    /**
     * Starts a server of the caller's own that also listens with TLS, at {@link #securePort()}.
     *
     * @throws IllegalStateException if it cannot be started
     */
    public static RedisServer startSecured() {
        RedisSecurity security = RedisSecurity.create(FreePort.next());
        Map<String, String> all = withDefaults(security.server());
        int port = FreePort.next();
        all.put("port", String.valueOf(port));
        ServerControl control = LocalRedis.start(RedisLauncher.program(), all, security.files(), "TERM");
        return new RedisServer(
                new RedisLauncher.Launched(RedisLauncher.url("127.0.0.1", port), control),
                Optional.of(security),
                Use.OWN);
    }

    /** The server of the given environment, for the caller's own use. */
    static RedisServer named(Map<String, String> environment) {
        return new RedisServer(RedisLauncher.named(environment).orElseThrow(), Optional.empty(), Use.OWN);
    }

    /** A server of this machine that was told to start. */
    static RedisServer locally(int port, ServerControl control) {
        return new RedisServer(
                new RedisLauncher.Launched(RedisLauncher.url("127.0.0.1", port), control), Optional.empty(), Use.OWN);
    }

    static Map<String, String> withDefaults(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(DURABLE);
        all.putAll(settings);
        return all;
    }

    /** As {@code redis://host:port}, without a password unless the environment named one. */
    public URI url() {
        return url;
    }

    /** Where it listens without TLS. */
    public String host() {
        return url.getHost();
    }

    /** Where it listens without TLS. */
    public int port() {
        return url.getPort();
    }

    /** Where it listens with TLS, as {@code localhost}. */
    public int securePort() {
        return secured().port();
    }

    /** For a client that trusts this server's certificate and no other. */
    public SslOptions trust() {
        char[] password = "not a secret".toCharArray();
        byte[] store = secured().certificate().trustStore(password);
        return SslOptions.builder()
                .trustStoreType("PKCS12")
                .truststore(() -> new ByteArrayInputStream(store), password)
                .build();
    }

    private RedisSecurity secured() {
        return security.orElseThrow(
                () -> new IllegalStateException("The server has no TLS: start it with RedisServer.startSecured"));
    }

    /** A connection of the caller's, who closes it. */
    public Jedis connect() {
        return new Jedis(
                new HostAndPort(host(), port()),
                DefaultJedisClientConfig.builder()
                        .user(JedisURIHelper.getUser(url))
                        .password(JedisURIHelper.getPassword(url))
                        .timeoutMillis(CALL_MILLIS)
                        .autoNegotiateProtocol(false)
                        .build());
    }

    /** A name for a stream that nobody else has. */
    public static String newStream() {
        return "outbox-test-" + STREAMS.incrementAndGet() + "-"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    }

    /**
     * Whether this server can be killed, stopped, restarted and paused. One from {@link #start()} always can; one that the
     * environment named cannot, and those methods then throw {@link IllegalStateException}.
     */
    public boolean controllable() {
        return control.controllable();
    }

    /** Kills the server with SIGKILL and waits for its end. */
    public void kill() {
        control.kill();
    }

    /** Shuts the server down in good order, and waits for its end. */
    public void stop() {
        control.stopImmediately();
    }

    /**
     * Starts the server again on the same port and the same data and waits until it answers; if it still runs it is stopped
     * first.
     *
     * @throws IllegalStateException with the end of its log if it does not answer within a minute
     */
    public void restart() {
        if (control.isRunning()) {
            stop();
        }
        control.start();
        awaitAnswer();
    }

    /**
     * Halts the server with SIGSTOP: connections stay open, new ones are accepted by the operating system alone, and nothing
     * is answered. Ended by {@link #resume()}, {@link #kill()}, {@link #stop()} or {@link #restart()}.
     */
    public void pause() {
        control.pause();
    }

    /** Lets the server go on where it was halted. */
    public void resume() {
        control.resume();
    }

    /** Ends the server and deletes its data; no effect on {@link #shared()}, on an external server, or a second time. */
    @Override
    public void close() {
        if (use == Use.OWN) {
            control.close();
        }
    }

    private void awaitAnswer() {
        Await.holdsWithin(() -> answers() || !control.isRunning(), ANSWER_BOUND);
        if (!answers()) {
            throw new IllegalStateException("Redis does not answer at " + host() + ":" + port() + "\n" + control.log());
        }
    }

    private boolean answers() {
        try (Jedis connection = connect()) {
            // While it reads its data it answers everything with LOADING.
            return connection.ping().equals("PONG");
        } catch (JedisException notYet) {
            return false;
        }
    }
}
