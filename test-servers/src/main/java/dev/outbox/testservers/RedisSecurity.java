package dev.outbox.testservers;

import java.util.Map;

/**
 * The TLS listener of a server.
 *
 * @param port where it listens
 * @param certificate what it shows to clients
 */
record RedisSecurity(int port, Certificate certificate) {
    private static final String CERTIFICATE = "certificate.pem";
    private static final String KEY = "key.pem";

    static RedisSecurity create(int port) {
        return new RedisSecurity(port, Certificate.create());
    }

    /** What the server's configuration says about the listener. */
    Map<String, String> server() {
        return Map.of(
                "tls-port", String.valueOf(port),
                "tls-cert-file", CERTIFICATE,
                "tls-key-file", KEY,
                "tls-ca-cert-file", CERTIFICATE,
                "tls-auth-clients", "no");
    }

    /** What the configuration refers to. */
    Map<String, String> files() {
        return Map.of(CERTIFICATE, certificate.certificate(), KEY, certificate.key());
    }
}
