package dev.outbox.internal.delivery;

import dev.outbox.spi.Backlog;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts what is parked, at most every five seconds, while somebody asks. All but {@link #backlog} on the engine's thread. */
final class BacklogWatch {
    private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long BOUND = 10_000;

    private final EngineTools tools;
    private final String consumer;
    private final Alarm next = new Alarm();
    private volatile boolean wanted;
    private volatile @Nullable Backlog backlog;

    BacklogWatch(EngineTools tools, String consumer) {
        this.tools = tools;
        this.consumer = consumer;
    }

    /** As it was counted last; it is counted again soon. Any thread. */
    @Nullable
    Backlog backlog() {
        wanted = true;
        return backlog;
    }

    void step() {
        long now = tools.clock().nanos();
        if (wanted && (!next.isSet() || next.isDue(now))) {
            wanted = false;
            next.setAt(now + PAUSE_NANOS);
            tools.calls()
                    .call(
                            () -> tools.parts().store().backlog(consumer, BOUND),
                            found -> backlog = found.orElse(null),
                            failure -> {});
        }
    }
}
