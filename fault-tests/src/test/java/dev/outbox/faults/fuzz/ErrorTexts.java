package dev.outbox.faults.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outbox.spi.FailureText;
import java.io.IOException;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** Failures with any text, also such as name a credential: what is stored is bounded, harmless in a terminal and in JSON, and names none. */
final class ErrorTexts implements Target {
    private static final String[] BEFORE_SECRETS = {
        "password=",
        "Password: ",
        "\"password\":\"",
        "pwd = ",
        "secret=",
        "access_token=",
        "api_key: '",
        "apiKey=",
        "amqp://guest:",
        "jdbc:postgresql://app:",
        "redis://:",
        "Authorization: Bearer ",
        "Authorization: Basic ",
        "https://user:with/slash",
        "https://user:with@sign",
        "sasl.jaas.config=PlainLoginModule required password=\"",
        "?user=app&password=",
        "client_secret=",
        "{\"token\" : \"",
        "postgresql://u:%40"
    };

    private final ObjectMapper json = new ObjectMapper();

    @Override
    public String name() {
        return "errors";
    }

    @Override
    public boolean feed(SplittableRandom random) throws IOException {
        boolean secret = Hostile.once(random, 3);
        String message = text(random, secret);
        Throwable failure = switch (random.nextInt(4)) {
            case 0 -> new SQLException(message, "23505");
            case 1 -> new IllegalStateException(Hostile.text(random), new IOException(message));
            case 2 -> new Circular(message);
            default -> new RuntimeException(message);
        };
        String shown = FailureText.of(failure);
        Promises.harmless(shown);
        Promises.require(
                json.readValue(json.writeValueAsString(shown), String.class).equals(shown), "JSON keeps it");
        Promises.require(!secret || !shown.contains(Hostile.CANARY), "no credential is shown: " + shown);
        Promises.require(FailureText.clean(shown).length() <= FailureText.MAX_LENGTH, "it is clean");
        return true;
    }

    private static String text(SplittableRandom random, boolean secret) {
        String padding = Hostile.once(random, 50) ? "😀x".repeat(random.nextInt(1_200)) : "";
        String before = Hostile.text(random) + padding + Hostile.text(random);
        if (!secret) {
            return before;
        }
        String credential = Hostile.one(random, BEFORE_SECRETS) + Hostile.CANARY + Hostile.plain(random);
        String after = Hostile.one(random, "@host:5672/", "\" }", "'", ";", "&x=1", " and so on", "");
        boolean inUrl = credential.contains("://");
        return before + " " + credential + (inUrl ? "@host:5672/" : after) + " " + Hostile.plain(random);
    }

    /** Its own cause, and with a text that fails. */
    private static final class Circular extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Circular(String message) {
            super(message);
        }

        @Override
        public synchronized Throwable getCause() {
            if (String.valueOf(getMessage()).length() % 5 == 0) {
                throw new IllegalStateException("no cause");
            }
            return this;
        }
    }
}
