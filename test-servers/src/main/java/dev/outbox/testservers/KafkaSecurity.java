package dev.outbox.testservers;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The secured listener of a broker: a certificate for {@code localhost}, just made and signed by itself, and two users.
 *
 * @param port where it listens
 * @param certificate the certificate as PEM, which clients trust
 * @param key its private key as PEM
 * @param outbox who may do everything
 * @param guest who may do what is allowed to everybody
 */
record KafkaSecurity(int port, String certificate, String key, Credentials outbox, Credentials guest) {
    private static final String ALIAS = "broker";
    private static final String LISTENER = "listener.name.secured.";

    static KafkaSecurity create(int port) {
        Credentials outbox = Credentials.random();
        Credentials guest = new Credentials("guest", Credentials.random().password());
        String storePassword = Credentials.random().password();
        KeyStore store = keyStore(storePassword);
        try {
            Key key = store.getKey(ALIAS, storePassword.toCharArray());
            byte[] certificate = store.getCertificate(ALIAS).getEncoded();
            return new KafkaSecurity(
                    port, pem("CERTIFICATE", certificate), pem("PRIVATE KEY", key.getEncoded()), outbox, guest);
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalStateException("keytool has made a store that cannot be read", unreadable);
        }
    }

    /** What the broker's properties say about the listener. */
    Map<String, String> broker() {
        return Map.of(
                LISTENER + "ssl.keystore.type",
                "PEM",
                LISTENER + "ssl.keystore.certificate.chain",
                certificate,
                LISTENER + "ssl.keystore.key",
                key,
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
                certificate,
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + credentials.user()
                        + "\" password=\"" + credentials.password() + "\";");
    }

    private static KeyStore keyStore(String password) {
        try (GuardedDirectory directory = GuardedDirectory.create("keytool", Account.current(), "KILL")) {
            Path file = directory.path().resolve("store.p12");
            Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
            Command.mustRun(List.of(
                    keytool.toString(),
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    password));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(Files.readAllBytes(file)), password.toCharArray());
            return store;
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalStateException("keytool has made a store that cannot be read", unreadable);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("keytool has made a store that cannot be read", unreadable);
        }
    }

    private static String pem(String what, byte[] content) {
        byte[] newLine = "\n".getBytes(StandardCharsets.US_ASCII);
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, newLine).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }

    /** Without the key and the passwords. */
    @Override
    public String toString() {
        return "KafkaSecurity[port=" + port + "]";
    }
}
