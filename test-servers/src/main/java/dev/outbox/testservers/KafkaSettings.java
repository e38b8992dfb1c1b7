package dev.outbox.testservers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a broker is to run.
 *
 * @param port the port of the listener without TLS and without a password
 * @param controllerPort where the broker talks to itself
 * @param ways further listeners, each behind a proxy whose address it tells to clients
 * @param security the secured listener
 * @param chosen entries of {@code server.properties} that take precedence
 */
record KafkaSettings(
        int port, int controllerPort, List<Way> ways, Optional<KafkaSecurity> security, Map<String, String> chosen) {
    /**
     * A listener behind a proxy.
     *
     * @param port where it listens
     * @param proxy what leads there
     */
    record Way(int port, FaultyProxy proxy) {
        static Way open() {
            int port = FreePort.next();
            return new Way(port, FaultyProxy.to(LOOPBACK, port));
        }
    }

    private static final String LOOPBACK = "127.0.0.1";
    private static final Map<String, String> USUAL = Map.ofEntries(
            Map.entry("node.id", "1"),
            Map.entry("process.roles", "broker,controller"),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("inter.broker.listener.name", "PLAIN"),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("log.cleaner.dedupe.buffer.size", "8388608"));

    KafkaSettings {
        ways = List.copyOf(ways);
        chosen = Map.copyOf(chosen);
    }

    static KafkaSettings plain(Map<String, String> chosen) {
        return new KafkaSettings(FreePort.next(), FreePort.next(), List.of(), Optional.empty(), chosen);
    }

    KafkaSettings withProxy() {
        List<Way> more = new ArrayList<>(ways);
        more.add(Way.open());
        return new KafkaSettings(port, controllerPort, more, security, chosen);
    }

    KafkaSettings withSecurity() {
        KafkaSecurity secured = KafkaSecurity.create(FreePort.next());
        return new KafkaSettings(port, controllerPort, ways, Optional.of(secured), chosen);
    }

    /** Whether it has nothing but the one listener. */
    boolean isPlain() {
        return ways.isEmpty() && security.isEmpty();
    }

    /** The broker's properties, without those that name files. */
    Map<String, String> broker() {
        Map<String, String> all = new TreeMap<>(USUAL);
        all.putAll(listeners());
        security.ifPresent(secured -> all.putAll(secured.broker()));
        all.putAll(chosen);
        return all;
    }

    private Map<String, String> listeners() {
        List<String> bound = new ArrayList<>();
        List<String> advertised = new ArrayList<>();
        List<String> protocols = new ArrayList<>(List.of("CONTROLLER:PLAINTEXT", "PLAIN:PLAINTEXT"));
        bound.add("PLAIN://" + LOOPBACK + ":" + port);
        advertised.add("PLAIN://" + LOOPBACK + ":" + port);
        for (int number = 0; number < ways.size(); number++) {
            Way way = ways.get(number);
            String name = "PROXIED" + number;
            bound.add(name + "://" + LOOPBACK + ":" + way.port());
            advertised.add(name + "://" + way.proxy().host() + ":" + way.proxy().port());
            protocols.add(name + ":PLAINTEXT");
        }
        security.ifPresent(secured -> {
            bound.add("SECURED://" + LOOPBACK + ":" + secured.port());
            // The name in the certificate, so that clients can verify it.
            advertised.add("SECURED://localhost:" + secured.port());
            protocols.add("SECURED:SASL_SSL");
        });
        bound.add("CONTROLLER://" + LOOPBACK + ":" + controllerPort);
        Map<String, String> listeners = new HashMap<>();
        listeners.put("listeners", String.join(",", bound));
        listeners.put("advertised.listeners", String.join(",", advertised));
        listeners.put("listener.security.protocol.map", String.join(",", protocols));
        listeners.put("controller.quorum.voters", "1@" + LOOPBACK + ":" + controllerPort);
        return listeners;
    }
}
