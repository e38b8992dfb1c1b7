package dev.outbox.faults.fuzz;

import java.util.SplittableRandom;

/** Names of headers: those of CloudEvents, those that only look like it, and others. */
final class Attributes {
    private static final String[] KNOWN = {
        "id",
        "type",
        "source",
        "time",
        "specversion",
        "correlationid",
        "causationid",
        "partitionkey",
        "traceparent",
        "tracestate",
        "subject",
        "dataschema",
        "datacontenttype",
        "ID",
        ""
    };
    private static final String[] OTHERS = {
        "content-type",
        "Content-Type",
        "data",
        "traceparent",
        "tracestate",
        "ce_",
        "ce-id",
        "ce:id",
        "outbox-attempt",
        "cloudEvents:id",
        "cloudEvents_id",
        "kafka.tombstone",
        "x-death",
        "__TypeId__",
        "spring_json_header_types"
    };

    private Attributes() {}

    /** What may stand in a log is without what must not: ids, types and keys may. */
    static byte[] value(SplittableRandom random, String name) {
        boolean shown = name.endsWith("id") || name.endsWith("type") || name.endsWith("key");
        return shown ? Hostile.bytes(random) : Hostile.secretBytes(random);
    }

    static String name(SplittableRandom random, String prefix) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> prefix + Hostile.one(random, KNOWN);
            case 2 -> Hostile.one(random, OTHERS);
            case 3 -> prefix + Hostile.text(random);
            default -> Hostile.text(random);
        };
    }
}
