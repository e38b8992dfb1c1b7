package dev.outbox.testservers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a broker is to be started.
 *
 * @param port where it listens without TLS
 * @param credentials who may do everything
 * @param security its second listener, with TLS
 * @param more entries of {@code rabbitmq.conf} in addition to the usual ones or in their place
 */
record RabbitSettings(int port, Credentials credentials, Optional<Security> security, Map<String, String> more) {

    /** The listener with TLS. */
    record Security(int port, Certificate certificate) {}

    RabbitSettings {
        more = Map.copyOf(more);
    }

    static RabbitSettings plain(Map<String, String> more) {
        return new RabbitSettings(FreePort.next(), Credentials.random(), Optional.empty(), more);
    }

    RabbitSettings withSecurity() {
        Security secured = new Security(FreePort.next(), Certificate.create());
        return new RabbitSettings(port, credentials, Optional.of(secured), more);
    }

    /** Whether any broker will do. */
    boolean isPlain() {
        return security.isEmpty() && more.isEmpty();
    }

    /** The text of {@code rabbitmq.conf}; the certificate's files are named as {@link LocalRabbit} writes them. */
    String configuration(String directory) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("listeners.tcp.1", "127.0.0.1:" + port);
        all.put("default_user", credentials.user());
        all.put("default_pass", credentials.password());
        all.put("log.console", "true");
        all.put("log.console.level", "warning");
        all.put("log.file", "false");
        security.ifPresent(secured -> {
            all.put("listeners.ssl.1", "127.0.0.1:" + secured.port());
            all.put("ssl_options.cacertfile", directory + "/certificate.pem");
            all.put("ssl_options.certfile", directory + "/certificate.pem");
            all.put("ssl_options.keyfile", directory + "/key.pem");
            all.put("ssl_options.verify", "verify_none");
        });
        all.putAll(more);
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
