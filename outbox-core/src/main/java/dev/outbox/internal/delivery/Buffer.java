package dev.outbox.internal.delivery;

import dev.outbox.spi.Incoming;
import dev.outbox.spi.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a source has delivered and has not been told to acknowledge. Pauses the source when it is full, lets it go on when it is half empty, and tells it what
 * is finished, once a step. Belongs to the engine's thread, but for the figures.
 */
final class Buffer {
    private final Source source;
    private final SourceOptions options;
    private final Reports reports;
    private final EngineClock clock;
    private final Map<Long, SourcedWork> works = new LinkedHashMap<>();
    private List<Incoming> finished = new ArrayList<>();
    private volatile int count;
    private volatile long bytes;
    private volatile boolean paused;
    private volatile @Nullable Instant oldest;
    private volatile long movedNanos;

    Buffer(Source source, SourceOptions options, EngineTools tools) {
        this.source = source;
        this.options = options;
        this.reports = tools.reports();
        this.clock = tools.clock();
    }

    void add(SourcedWork work) {
        if (works.isEmpty()) {
            movedNanos = clock.nanos();
        }
        works.put(work.incoming().token(), work);
        changed(work.bytes());
        if (!paused && (count >= options.bufferCount() || bytes >= options.bufferBytes())) {
            pause(true);
        }
    }

    /** Nothing more follows from {@code work}; its delivery may be acknowledged, unless its group was taken away. */
    void finished(SourcedWork work) {
        if (remove(work) && !options.acknowledgeFirst() && !work.isLost()) {
            finished.add(work.incoming());
        }
    }

    /** {@code work} is left to whoever gets it next. */
    void dropped(SourcedWork work) {
        remove(work);
    }

    /** Tells the source what was finished in this step, and lets it go on. */
    void flush() {
        if (!finished.isEmpty()) {
            List<Incoming> batch = finished;
            finished = new ArrayList<>();
            tell("Acknowledging", () -> source.acknowledge(batch));
        }
        if (paused && 2 * count <= options.bufferCount() && 2 * bytes <= options.bufferBytes()) {
            pause(false);
        }
        oldest = works.isEmpty()
                ? null
                : works.values().iterator().next().parcel().createdAt();
    }

    private void pause(boolean nowPaused) {
        paused = nowPaused;
        tell(nowPaused ? "Pausing the source" : "Resuming the source", nowPaused ? source::pause : source::resume);
        reports.sourcePaused(nowPaused);
    }

    void acknowledge(List<Incoming> batch, Runnable onDurable) {
        tell("Acknowledging", () -> source.acknowledge(batch, onDurable));
    }

    /** Those of {@code groups}. */
    List<SourcedWork> of(Collection<String> groups) {
        return works.values().stream()
                .filter(work -> groups.contains(work.incoming().group()))
                .toList();
    }

    List<SourcedWork> all() {
        return List.copyOf(works.values());
    }

    boolean holds(Collection<String> groups) {
        return works.values().stream()
                .anyMatch(work -> groups.contains(work.incoming().group()));
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    boolean isPaused() {
        return paused;
    }

    /** When the broker took what has been here for the longest time; null if nothing is here. */
    @Nullable
    Instant oldest() {
        return oldest;
    }

    /** When a delivery was finished the last time, or the first one came. */
    long movedNanos() {
        return movedNanos;
    }

    private boolean remove(SourcedWork work) {
        boolean removed = works.remove(work.incoming().token(), work);
        if (removed) {
            changed(-work.bytes());
            movedNanos = clock.nanos();
        }
        return removed;
    }

    /** Written by one thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void changed(int moreBytes) {
        count = works.size();
        bytes += moreBytes;
    }

    private void tell(String doing, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException thrown) {
            reports.fault(doing, thrown);
        }
    }
}
