package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.gateway.GatewayClient.Keys;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the process of a service is told.
 *
 * @param service which one it is
 * @param database where its schema is
 * @param broker the kind of broker
 * @param address where the broker is
 * @param prefix begins all names at the broker
 * @param gateway where the payment gateway is
 * @param keys whether the gateway gets idempotency keys
 * @param templates the directory of further texts
 * @param input what the order service reads
 */
record ServiceSettings(
        Service service,
        DatabaseAddress database,
        BrokerKind broker,
        String address,
        String prefix,
        URI gateway,
        Keys keys,
        Path templates,
        Input input) {
    static final String PASSWORD_VARIABLE = "ORDER_PIPELINE_PASSWORD";

    /** As arguments of {@link ServiceMain}; the password goes another way, since arguments can be seen by others. */
    List<String> arguments() {
        return List.of(
                service.name(),
                database.jdbcUrl(),
                database.user(),
                broker.name(),
                address,
                prefix,
                gateway.toString(),
                keys.name(),
                templates.toAbsolutePath().toString(),
                input.place());
    }

    static ServiceSettings of(String[] arguments, Map<String, String> environment) {
        return new ServiceSettings(
                Service.valueOf(arguments[0]),
                new DatabaseAddress(arguments[1], arguments[2], environment.getOrDefault(PASSWORD_VARIABLE, "")),
                BrokerKind.valueOf(arguments[3]),
                arguments[4],
                arguments[5],
                URI.create(arguments[6]),
                Keys.valueOf(arguments[7]),
                Path.of(arguments[8]),
                new Input(arguments[9]));
    }

    ServiceSettings of(Service other) {
        return new ServiceSettings(other, database, broker, address, prefix, gateway, keys, templates, input);
    }

    Subscription.Outside outside() {
        return new Subscription.Outside(() -> gateway, keys, templates);
    }

    Link link() {
        return broker.link(address, prefix);
    }
}
