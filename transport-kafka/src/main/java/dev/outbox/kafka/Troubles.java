package dev.outbox.kafka;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/** What stands in the way of a source: one WARN line when it begins or changes, one INFO line when it is over. Belongs to the loop's thread. */
final class Troubles {
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
        SLOW
    }

    private final Logger log;
    private final String who;
    private final Map<Kind, String> current = new HashMap<>();

    Troubles(Logger log, String who) {
        this.log = log;
        this.who = who;
    }

    void are(Kind kind, String text) {
        if (!text.equals(current.put(kind, text))) {
            log.warn("{}: {}", who, text);
        }
    }

    void areOver(Kind kind) {
        String text = current.remove(kind);
        if (text != null) {
            log.info("{}: it is over that: {}", who, text);
        }
    }
}
