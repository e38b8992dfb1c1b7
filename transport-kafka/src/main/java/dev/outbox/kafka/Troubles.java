package dev.outbox.kafka;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands in the way of a source: one WARN line when it begins or changes, one INFO line when it is over. Belongs to the loop's thread, but for the list. */
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
        /** A delivery takes so long that its partition waits for it. */
        SLOW,
        /** Partitions that are not read any more. */
        STOPPED
    }

    private final String who;
    private final Map<Kind, String> current = new EnumMap<>(Kind.class);
    private volatile List<String> all = List.of();

    /** @param who as logs call the source */
    Troubles(String who) {
        this.who = who;
    }

    void are(Kind kind, String text) {
        are(kind, text, "");
    }

    /** @param detail what may change from one time to the next without being worth a line */
    void are(Kind kind, String text, String detail) {
        if (!text.equals(current.put(kind, text))) {
            all = List.copyOf(current.values());
            LOG.warn("{}: {} {}", who, text, detail);
        }
    }

    void areOver(Kind kind) {
        String text = current.remove(kind);
        if (text != null) {
            all = List.copyOf(current.values());
            LOG.info("{}: it is over that {}", who, text);
        }
    }

    /** All at present; on any thread. */
    List<String> all() {
        return all;
    }
}
