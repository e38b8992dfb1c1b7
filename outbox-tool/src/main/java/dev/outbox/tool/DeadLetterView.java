package dev.outbox.tool;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How dead letters look. */
final class DeadLetterView {
    private static final int ERROR_WIDTH = 120;

    private final Output output;

    DeadLetterView(Output output) {
        this.output = output;
    }

    /** Whether what may be confidential is shown. */
    enum Contents {
        HIDDEN,
        SHOWN
    }

    void table(List<DeadLetter> letters) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NUMBER", "GIVEN UP", "BY", "DESTINATION", "KEY", "TYPE", "REASON", "ATTEMPTS", "LAST ERROR"));
        letters.forEach(letter -> rows.add(List.of(
                String.valueOf(letter.number()),
                letter.diedAt().toString(),
                letter.consumer().orElse("the relay"),
                letter.message().destination(),
                letter.message().key().orElse("-"),
                letter.message().type(),
                letter.reason().name(),
                String.valueOf(letter.attempts()),
                Output.cut(letter.error(), ERROR_WIDTH))));
        output.table(rows);
    }

    void one(DeadLetter letter, Contents contents) {
        Message message = letter.message();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("dead letter", String.valueOf(letter.number())));
        rows.add(List.of(
                "given up by", letter.consumer().map(name -> "consumer " + name).orElse("the relay")));
        rows.add(List.of("given up at", letter.diedAt().toString()));
        rows.add(List.of("reason", letter.reason().name()));
        rows.add(List.of("attempts", String.valueOf(letter.attempts())));
        rows.add(List.of("last error", letter.error()));
        rows.add(List.of("message id", message.id()));
        rows.add(List.of("destination", message.destination()));
        message.key().ifPresent(key -> rows.add(List.of("key", key)));
        rows.add(List.of("type", message.type()));
        rows.add(List.of("published at", letter.createdAt().toString()));
        message.notBefore().ifPresent(time -> rows.add(List.of("not before", time.toString())));
        message.correlationId().ifPresent(id -> rows.add(List.of("correlation id", id)));
        message.causationId().ifPresent(id -> rows.add(List.of("causation id", id)));
        message.headers()
                .asMap()
                .forEach((name, value) -> rows.add(
                        List.of("header " + name, contents == Contents.SHOWN ? value : "(shown with --payload)")));
        rows.add(List.of("content type", message.contentType()));
        rows.add(List.of(
                "payload",
                message.payload().size() + " bytes" + (contents == Contents.SHOWN ? "" : " (shown with --payload)")));
        output.table(rows);
        if (contents == Contents.SHOWN) {
            String shown = text(message.payload()).orElseGet(() -> "in Base64: " + base64(message.payload()));
            shown.lines().forEach(line -> output.line("    %s", line));
        }
    }

    static Map<String, Object> json(DeadLetter letter, Contents contents) {
        Message message = letter.message();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("number", letter.number());
        letter.consumer().ifPresent(name -> json.put("consumer", name));
        json.put("diedAt", letter.diedAt().toString());
        json.put("reason", letter.reason().name());
        json.put("attempts", letter.attempts());
        json.put("error", letter.error());
        json.put("messageId", message.id());
        json.put("destination", message.destination());
        message.key().ifPresent(key -> json.put("key", key));
        json.put("type", message.type());
        json.put("createdAt", letter.createdAt().toString());
        message.notBefore().ifPresent(time -> json.put("notBefore", time.toString()));
        message.correlationId().ifPresent(id -> json.put("correlationId", id));
        message.causationId().ifPresent(id -> json.put("causationId", id));
        json.put("contentType", message.contentType());
        json.put("payloadBytes", message.payload().size());
        if (contents == Contents.SHOWN) {
            json.put("headers", message.headers().asMap());
            text(message.payload())
                    .ifPresentOrElse(
                            text -> json.put("payloadText", text),
                            () -> json.put("payloadBase64", base64(message.payload())));
        } else {
            json.put("headerNames", List.copyOf(message.headers().asMap().keySet()));
        }
        return json;
    }

    private static Optional<String> text(Payload payload) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload.toByteArray()))
                    .toString());
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }

    private static String base64(Payload payload) {
        return Base64.getEncoder().encodeToString(payload.toByteArray());
    }
}
