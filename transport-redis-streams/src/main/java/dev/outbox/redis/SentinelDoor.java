package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.HostAndPortMapper;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The master that the first sentinel names which answers, asked anew for each connection. Whoever was the master before answers writes with READONLY, or closes
 * its connections, and so the next question follows.
 */
final class SentinelDoor implements FrontDoor {
    private final String master;
    private final List<HostAndPort> sentinels;
    private final JedisClientConfig sentinelSettings;
    private final @Nullable HostAndPortMapper mapper;

    SentinelDoor(
            String master, List<HostAndPort> sentinels, JedisClientConfig sentinelSettings, JedisClientConfig config) {
        this.master = master;
        this.sentinels = sentinels;
        this.sentinelSettings = sentinelSettings;
        this.mapper = config.getHostAndPortMapper();
    }

    @Override
    public HostAndPort find() {
        JedisException last = new JedisConnectionException("no sentinel was asked");
        for (HostAndPort sentinel : sentinels) {
            try (Link link = Link.open(sentinel, sentinelSettings)) {
                Object named = link.call(Protocol.Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", master);
                if (named instanceof List<?> pair
                        && pair.get(0) instanceof byte[] host
                        && pair.get(1) instanceof byte[] port) {
                    HostAndPort address =
                            new HostAndPort(new String(host, UTF_8), Integer.parseInt(new String(port, UTF_8)));
                    return mapper == null ? address : mapper.getHostAndPort(address);
                }
                last = new JedisConnectionException("sentinel " + sentinel + " knows no master '" + master + "'");
            } catch (JedisException noAnswer) {
                last = noAnswer;
            }
        }
        throw last;
    }
}
