package dev.outbox.tool;

import dev.outbox.jdbc.JdbcOutbox;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The outbox that commands work on, opened when the first asks for it. For one thread. */
final class Access implements AutoCloseable {
    private final Supplier<Opened> opening;
    private @Nullable Opened opened;

    Access(Supplier<Opened> opening) {
        this.opening = opening;
    }

    /**
     * An outbox that was opened.
     *
     * @param outbox the outbox
     * @param close what to do at the end
     * @param place where it is, in words, without a secret
     */
    record Opened(JdbcOutbox outbox, Runnable close, String place) {}

    JdbcOutbox outbox() {
        return opened().outbox();
    }

    String place() {
        return opened().place();
    }

    private Opened opened() {
        Opened known = opened;
        if (known == null) {
            known = opening.get();
            opened = known;
        }
        return known;
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close().run();
        }
    }
}
