package dev.outbox.testservers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;

/**
 * A server's certificate for {@code localhost} and 127.0.0.1, just made and signed by itself.
 *
 * @param certificate the certificate as PEM, which clients trust
 * @param key its private key as PEM
 */
record Certificate(String certificate, String key) {
    private static final String ALIAS = "server";

    static Certificate create() {
        String storePassword = Credentials.random().password();
        KeyStore store = keyStore(storePassword);
        try {
            Key key = store.getKey(ALIAS, storePassword.toCharArray());
            byte[] certificate = store.getCertificate(ALIAS).getEncoded();
            return new Certificate(pem("CERTIFICATE", certificate), pem("PRIVATE KEY", key.getEncoded()));
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalStateException("keytool has made a store that cannot be read", unreadable);
        }
    }

    /** A PKCS #12 store, without a secret in it, for clients that trust this certificate and no other. */
    byte[] trustStore(char[] password) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            byte[] pem = certificate.getBytes(StandardCharsets.US_ASCII);
            trusted.setCertificateEntry(
                    ALIAS, CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
            ByteArrayOutputStream store = new ByteArrayOutputStream();
            trusted.store(store, password);
            return store.toByteArray();
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("The certificate just made cannot be trusted", impossible);
        }
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

    /** Without the key. */
    @Override
    public String toString() {
        return "Certificate of localhost";
    }
}
