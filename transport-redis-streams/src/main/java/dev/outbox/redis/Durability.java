package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Looks at each server whether it has settings that forget or drop what it has confirmed. Warns once of each finding of a server, or refuses the connection.
 */
final class Durability {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsTransport.class);

    /** What is to follow from a finding. */
    enum Demand {
        WARN,
        REFUSE
    }

    private final Demand demand;
    private final Map<String, List<String>> findings = new ConcurrentSkipListMap<>();

    Durability(Demand demand) {
        this.demand = demand;
    }

    /** All findings, one sentence each. */
    List<String> findings() {
        return findings.values().stream().flatMap(List::stream).toList();
    }

    /** @throws JedisException if there is a finding and connections with findings are refused */
    void check(Link link) {
        List<String> found = look(link);
        List<String> before = findings.put(link.address().toString(), found);
        if (!found.isEmpty() && demand == Demand.REFUSE) {
            throw new JedisException(String.join("; ", found));
        }
        if (!found.equals(before)) {
            found.forEach(LOG::warn);
        }
    }

    private static List<String> look(Link link) {
        String server = "Redis at " + link.address();
        List<String> found = new ArrayList<>();
        try {
            Map<String, String> info = new TreeMap<>(info(link, "persistence"));
            info.putAll(info(link, "memory"));
            if ("0".equals(info.get("aof_enabled"))) {
                found.add(
                        server + " has appendonly no: it forgets confirmed messages when it ends; set appendonly yes");
            } else {
                synced(link, server, found);
            }
            String policy = info.getOrDefault("maxmemory_policy", "");
            if (policy.startsWith("allkeys") && !"0".equals(info.get("maxmemory"))) {
                found.add(server + " has maxmemory-policy " + policy
                        + ": it drops whole streams when its memory is full; set maxmemory-policy noeviction");
            }
        } catch (JedisDataException refused) {
            found.add(server + " does not say whether it keeps what it confirms: grant the user INFO ("
                    + refused.getMessage() + ")");
        }
        return found;
    }

    private static void synced(Link link, String server, List<String> found) {
        String value = appendfsync(link);
        if (value.isEmpty()) {
            found.add(server
                    + " does not tell its appendfsync: grant the user CONFIG|GET; only with always does it keep what"
                    + " it confirms");
        } else if (!value.equals("always")) {
            found.add(server + " has appendfsync " + value
                    + ": a power loss or a crash of its machine forgets confirmed messages of the last second or"
                    + " more; set appendfsync always");
        }
    }

    /** Empty if the server does not tell it. */
    private static String appendfsync(Link link) {
        try {
            return link.call(Protocol.Command.CONFIG, "GET", "appendfsync") instanceof List<?> pair
                            && pair.size() == 2
                            && pair.get(1) instanceof byte[] value
                    ? new String(value, UTF_8)
                    : "";
        } catch (JedisDataException noRightToSee) {
            return "";
        }
    }

    private static Map<String, String> info(Link link, String section) {
        Object text = link.call(Protocol.Command.INFO, section);
        String lines = text instanceof byte[] bytes ? new String(bytes, UTF_8) : "";
        return lines.lines()
                .filter(line -> line.contains(":"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> line.substring(line.indexOf(':') + 1).strip(),
                        (one, other) -> other));
    }
}
