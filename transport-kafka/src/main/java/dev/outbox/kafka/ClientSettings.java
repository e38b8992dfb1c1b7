package dev.outbox.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * The properties of a client of Kafka.
 *
 * @param values as they are given to the client
 * @param parsed as the client understands them, with Kafka's own where none was given
 */
record ClientSettings(Map<String, Object> values, Map<String, Object> parsed) {
    ClientSettings {
        values = Map.copyOf(values);
    }

    /**
     * Reads properties.
     *
     * @param asObjects properties of a class that the client gets as objects, but which its definition wants
     * @throws IllegalArgumentException if one is not a value of its kind, or no server is named
     */
    static ClientSettings of(Map<String, Object> values, ConfigDef definition, Map<String, Object> asObjects) {
        Map<String, Object> complete = new TreeMap<>(values);
        complete.putAll(asObjects);
        try {
            ClientSettings settings = new ClientSettings(values, definition.parse(complete));
            if (!(settings.parsed.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) instanceof List<?> list)
                    || list.isEmpty()) {
                throw new IllegalArgumentException("property bootstrap.servers must name at least one host:port");
            }
            return settings;
        } catch (ConfigException notAValue) {
            throw new IllegalArgumentException(notAValue.getMessage(), notAValue);
        }
    }

    /** What a property says that is a number. */
    long number(String property) {
        return parsed.get(property) instanceof Number number ? number.longValue() : 0;
    }

    /** What a property says. */
    String text(String property) {
        return String.valueOf(parsed.get(property));
    }

    String servers() {
        return String.valueOf(values.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
    }

    /** For another client that asks about topics: what connects to the brokers. */
    Map<String, Object> admin(Duration timeout) {
        Map<String, Object> admin = new TreeMap<>(values);
        admin.keySet().retainAll(AdminClientConfig.configNames());
        admin.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        admin.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        return admin;
    }

    /** The servers alone: among the values are passwords. */
    @Override
    public String toString() {
        return servers();
    }
}
