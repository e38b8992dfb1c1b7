package dev.outbox.benchmarks;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.function.BiConsumer;

/** What the messages of a {@link MinimumLoop} say of themselves at the destination, beside their payload. */
enum Attributes {
    /** Id and type, and the key where the destination has no place of its own for it, each in the fewest bytes. */
    FEW,
    /** What the relay's messages say: all attributes of a CloudEvent. */
    ALL;

    static final String CONTENT_TYPE = "application/octet-stream";
    private static final Instant CREATED = Instant.parse("2026-11-21T12:00:00.123456Z");

    /** The time of publishing, which the loop does not read. */
    static Instant created() {
        return CREATED;
    }

    /** Gives name and value of each attribute of {@code row}, apart from key and content type, as the transports do. */
    static void forEach(MinimumTable.Row row, BiConsumer<String, String> attribute) {
        attribute.accept("specversion", "1.0");
        attribute.accept("source", "outbox");
        attribute.accept("id", row.id());
        attribute.accept("type", row.type());
        attribute.accept("time", DateTimeFormatter.ISO_INSTANT.format(CREATED));
    }
}
