package dev.outbox.kafka;

import dev.outbox.internal.trouble.Trouble;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands in the way of a source. Changed by the loop's thread, read by any. */
final class Troubles {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);

    /** What can stand in the way; of each kind there is at most one at a time. */
    enum Kind {
        /** There is no consumer, or it cannot read. */
        READING,
        /** No coordinator of the group answers. */
        GROUP,
        /** Positions are not committed. */
        COMMITTING,
        /** Topics are not there. */
        TOPICS,
        /** Destinations of topics are not known. */
        DESTINATIONS,
        /** A delivery takes so long that its partition waits for it. */
        SLOW,
        /** Partitions that are not read any more. */
        STOPPED
    }

    private final Map<Kind, Trouble> byKind = new EnumMap<>(Kind.class);

    /** @param who as logs call the source */
    Troubles(String who) {
        for (Kind kind : Kind.values()) {
            byKind.put(kind, new Trouble(LOG, who));
        }
    }

    void are(Kind kind, String text) {
        are(kind, text, "");
    }

    /** @param detail what may change from one time to the next without being worth a line */
    void are(Kind kind, String text, String detail) {
        of(kind).is(text, detail);
    }

    void areOver(Kind kind) {
        of(kind).isOver();
    }

    /** All at present; on any thread. */
    List<String> all() {
        return byKind.values().stream()
                .map(Trouble::current)
                .flatMap(Optional::stream)
                .toList();
    }

    private Trouble of(Kind kind) {
        return Objects.requireNonNull(byKind.get(kind));
    }
}
