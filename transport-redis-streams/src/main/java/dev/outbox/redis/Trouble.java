package dev.outbox.redis;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands in the way of a reader: one WARN line when it begins or changes, one INFO line when it is over. For one thread. */
final class Trouble {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsSource.class);

    private final String who;
    private String current = "";

    Trouble(String who) {
        this.who = who;
    }

    void is(String text) {
        if (!text.equals(current)) {
            current = text;
            LOG.warn("{}: {}", who, text);
        }
    }

    void isOver() {
        if (!current.isEmpty()) {
            current = "";
            LOG.info("{} reads again", who);
        }
    }
}
