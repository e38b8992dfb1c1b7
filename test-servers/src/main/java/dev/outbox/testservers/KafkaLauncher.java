package dev.outbox.testservers;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** Finds or starts Kafka, in the order that {@link KafkaServer} documents. */
final class KafkaLauncher {
    private static final Logger log = LoggerFactory.getLogger(KafkaLauncher.class);
    private static final String VARIABLE = "OUTBOX_TEST_KAFKA_URL";
    private static final String IMAGE = "apache/kafka:4.4.0";
    private static final String STOP_SIGNAL = "TERM";
    private static final int INNER_PORT = 9092;

    private KafkaLauncher() {}

    /** A broker that was told to start, but may not answer yet; one that someone else runs has no settings. */
    record Launched(String bootstrapServers, Optional<KafkaSettings> settings, ServerControl control)
            implements AutoCloseable {
        @Override
        public void close() {
            settings.ifPresent(own -> own.ways().forEach(way -> way.proxy().close()));
            control.close();
        }
    }

    /** The broker that the environment names. */
    static Optional<Launched> named(Map<String, String> environment) {
        @Nullable String url = environment.get(VARIABLE);
        if (url == null || url.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(new Launched(url.strip(), Optional.empty(), new ExternalServer(VARIABLE)));
    }

    /**
     * Starts a new broker in Docker, else from the class path that the build has left.
     *
     * @throws IllegalStateException if there is neither; the message says what to do
     */
    static Launched launch(Map<String, String> environment, KafkaSettings settings) {
        if (settings.isPlain() && DockerEngine.answers(environment)) {
            try {
                return inDocker(settings);
            } catch (RuntimeException noImage) {
                // An engine without the image and without a network is common on build machines.
                log.warn("Docker cannot run {}, so the broker from Maven Central is used", IMAGE, noImage);
            }
        }
        ServerControl control = LocalKafka.start(settings, STOP_SIGNAL);
        return new Launched("127.0.0.1:" + settings.port(), Optional.of(settings), control);
    }

    private static Launched inDocker(KafkaSettings settings) {
        String address = DockerClientFactory.instance().dockerHostIpAddress() + ":" + settings.port();
        Map<String, String> environment = new TreeMap<>();
        settings.broker()
                .forEach((name, value) ->
                        environment.put("KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        environment.put("KAFKA_LISTENERS", "PLAIN://:" + INNER_PORT + ",CONTROLLER://127.0.0.1:9093");
        environment.put("KAFKA_ADVERTISED_LISTENERS", "PLAIN://" + address);
        environment.put("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@127.0.0.1:9093");
        ServerControl control = DockerServer.start(IMAGE, STOP_SIGNAL, INNER_PORT, settings.port(), environment);
        return new Launched(address, Optional.of(settings), control);
    }
}
