package dev.outbox.testservers;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The secured listener of a broker: a certificate of its own, and two users.
 *
 * @param port where it listens
 * @param certificate what it shows to clients
 * @param outbox who may do everything
 * @param guest who may do what is allowed to everybody
 */
record KafkaSecurity(int port, Certificate certificate, Credentials outbox, Credentials guest) {
    private static final String LISTENER = "listener.name.secured.";

    static KafkaSecurity create(int port) {
        Credentials outbox = Credentials.random();
        Credentials guest = new Credentials("guest", Credentials.random().password());
        return new KafkaSecurity(port, Certificate.create(), outbox, guest);
    }

    /** What the broker's properties say about the listener. */
    Map<String, String> broker() {
        return Map.of(
                LISTENER + "ssl.keystore.type",
                "PEM",
                LISTENER + "ssl.keystore.certificate.chain",
                certificate.certificate(),
                LISTENER + "ssl.keystore.key",
                certificate.key(),
                LISTENER + "sasl.enabled.mechanisms",
                "SCRAM-SHA-512",
                LISTENER + "scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                // Rules for the guest alone: the listeners without a password are the test's own.
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:ANONYMOUS;User:" + outbox.user());
    }

    /** What the broker's storage has to know from the beginning. */
    List<String> formatOptions() {
        return Stream.of(outbox, guest)
                .flatMap(user -> Stream.of(
                        "--add-scram", "SCRAM-SHA-512=[name=" + user.user() + ",password=" + user.password() + "]"))
                .toList();
    }

    Map<String, Object> client(String user) {
        Credentials credentials = Stream.of(outbox, guest)
                .filter(known -> known.user().equals(user))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no user " + user + ", but outbox and guest"));
        return Map.of(
                "bootstrap.servers",
                "localhost:" + port,
                "security.protocol",
                "SASL_SSL",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                certificate.certificate(),
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + credentials.user()
                        + "\" password=\"" + credentials.password() + "\";");
    }

    /** Without the key and the passwords. */
    @Override
    public String toString() {
        return "KafkaSecurity[port=" + port + "]";
    }
}
