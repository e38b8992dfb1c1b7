package dev.outbox.internal.trouble;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What stands in somebody's way: one WARN line when it begins or becomes another, one INFO line when it is over. Changed by one thread, read by any. */
public final class Trouble {
    private final Logger log;
    private final String who;
    private volatile @Nullable String current;

    /**
     * None yet.
     *
     * @param who as the lines call what has the trouble
     */
    public Trouble(Logger log, String who) {
        this.log = log;
        this.who = who;
    }

    /** It is {@code text}, which says what to do. */
    public void is(String text) {
        is(text, "");
    }

    /**
     * It is {@code text}, and what is known of this time.
     *
     * @param detail what may change from one time to the next without being worth a line
     */
    public void is(String text, String detail) {
        if (!text.equals(current)) {
            current = text;
            log.warn("{}: {} {}", who, text, detail);
        }
    }

    /** There is none any more. */
    public void isOver() {
        String text = current;
        if (text != null) {
            current = null;
            log.info("{}: it is over that {}", who, text);
        }
    }

    /** What it is; empty if there is none. */
    public Optional<String> current() {
        return Optional.ofNullable(current);
    }
}
