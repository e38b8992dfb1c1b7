package dev.outbox.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * How Redis is reached: one server, the master that sentinels name, or a cluster. Immutable.
 *
 * <pre>{@code
 * RedisServers.at("rediss://outbox:secret@redis.example:6379")
 * RedisServers.sentinel("orders", "sentinel-1:26379", "sentinel-2:26379", "sentinel-3:26379")
 * RedisServers.cluster("node-1:6379", "node-2:6379").with(config)
 * }</pre>
 */
public final class RedisServers {
    private static final int MAX_PORT = 65_535;
    private static final Set<String> SCHEMES = Set.of("redis", "rediss");
    private static final JedisClientConfig USUAL =
            DefaultJedisClientConfig.builder().build();

    private enum Kind {
        SERVER,
        SENTINEL,
        CLUSTER
    }

    private final Kind kind;
    private final String master;
    private final List<HostAndPort> addresses;
    private final JedisClientConfig config;
    private final JedisClientConfig sentinelConfig;

    private RedisServers(
            Kind kind,
            String master,
            List<HostAndPort> addresses,
            JedisClientConfig config,
            JedisClientConfig sentinelConfig) {
        this.kind = kind;
        this.master = master;
        this.addresses = List.copyOf(addresses);
        this.config = config;
        this.sentinelConfig = sentinelConfig;
    }

    /**
     * One server.
     *
     * @param url {@code redis://user:password@host:port/database}, or {@code rediss://} for TLS; user, password, port and database may be left out
     * @throws IllegalArgumentException if it is not such a URL; the text does not repeat it
     */
    public static RedisServers at(String url) {
        URI uri = uri(url);
        int port = uri.getPort() < 0 ? 6379 : uri.getPort();
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .user(JedisURIHelper.getUser(uri))
                .password(JedisURIHelper.getPassword(uri))
                .database(JedisURIHelper.getDBIndex(uri));
        if (JedisURIHelper.isRedisSSLScheme(uri)) {
            config.sslOptions(SslOptions.defaults());
        }
        return new RedisServers(Kind.SERVER, "", List.of(new HostAndPort(uri.getHost(), port)), config.build(), USUAL);
    }

    private static URI uri(String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null
                    && SCHEMES.contains(uri.getScheme())
                    && uri.getPath().matches("(/\\d*)?")) {
                return uri;
            }
        } catch (URISyntaxException withThePassword) {
            // Neither it nor its text is passed on.
        }
        throw new IllegalArgumentException(
                "the URL of Redis must be redis://user:password@host:port/database or rediss:// for TLS;"
                        + " other characters in its parts must be percent-encoded");
    }

    /**
     * The master of this name, wherever the sentinels say that it is.
     *
     * @param sentinels each as {@code host:port}
     * @throws IllegalArgumentException if there are none, or one is not {@code host:port}
     */
    public static RedisServers sentinel(String masterName, String... sentinels) {
        return new RedisServers(
                Kind.SENTINEL, Objects.requireNonNull(masterName, "masterName"), parse(sentinels), USUAL, USUAL);
    }

    /**
     * A cluster.
     *
     * @param nodes some of its nodes, each as {@code host:port}; the others are found
     * @throws IllegalArgumentException if there are none, or one is not {@code host:port}
     */
    public static RedisServers cluster(String... nodes) {
        return new RedisServers(Kind.CLUSTER, "", parse(nodes), USUAL, USUAL);
    }

    /**
     * With what Jedis has for connections: user and password, TLS, database, client name, a mapping of addresses. It takes the place of what the URL said. The protocol
     * and the time limits are not taken from it: those belong to the transport and the source.
     */
    public RedisServers with(JedisClientConfig config) {
        return new RedisServers(kind, master, addresses, Objects.requireNonNull(config, "config"), sentinelConfig);
    }

    /** As {@link #with}, for connections to sentinels. */
    public RedisServers sentinelsWith(JedisClientConfig config) {
        return new RedisServers(kind, master, addresses, this.config, Objects.requireNonNull(config, "config"));
    }

    private static List<HostAndPort> parse(String[] addresses) {
        if (addresses.length == 0) {
            throw new IllegalArgumentException("at least one host:port is needed");
        }
        return Stream.of(addresses).map(RedisServers::parse).toList();
    }

    private static HostAndPort parse(String address) {
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        if (colon < 1
                || !port.matches("\\d{1,5}")
                || Integer.parseInt(port) > MAX_PORT
                || Integer.parseInt(port) == 0) {
            throw new IllegalArgumentException("an address must be host:port, but was '" + address + "'");
        }
        return new HostAndPort(address.substring(0, colon), Integer.parseInt(port));
    }

    /** Where one begins to look for the server that has to answer. */
    FrontDoor frontDoor(Duration connectTimeout, Duration responseTimeout) {
        return switch (kind) {
            case SERVER -> () -> addresses.get(0);
            case CLUSTER -> new ClusterDoor(addresses);
            case SENTINEL ->
                new SentinelDoor(
                        master, addresses, Link.settings(sentinelConfig, connectTimeout, responseTimeout), config);
        };
    }

    JedisClientConfig settings(Duration connectTimeout, Duration responseTimeout) {
        return Link.settings(config, connectTimeout, responseTimeout);
    }

    /** The addresses; neither the user nor the password. */
    @Override
    public String toString() {
        String all =
                String.join(",", addresses.stream().map(HostAndPort::toString).toList());
        return kind == Kind.SENTINEL ? "master " + master + " of sentinels " + all : all;
    }
}
