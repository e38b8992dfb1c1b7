package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.spi.DeliveryStore.ConsumerKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what is started when: at most one delivery of a subscriber and key at a time, fresh or retried, until what followed from it is stored; at most as
 * many of a subscriber as its options say, and of one that is quick a few more that wait for its threads; a suspect alone. Belongs to the engine's thread.
 */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long REFUSED_PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private final Subscribers subscribers;
    private final Map<Subscriber, Executor> executors = new HashMap<>();
    private final EngineClock clock;
    private final Mailbox mailbox;
    private final RandomGenerator random;
    private final Reports reports;
    private final Solitude solitude;
    private final Map<ConsumerKey, Lane> lanes = new HashMap<>();
    private final Gatherer gatherer = new Gatherer(lanes);
    private final Set<Work> running = new LinkedHashSet<>();
    private final Alarm pauseEnd = new Alarm();
    private boolean stopped;

    Dispatcher(EngineParts parts, EngineClock clock, Mailbox mailbox, Reports reports, Solitude solitude) {
        this.subscribers = parts.subscribers();
        subscribers.all().forEach(one -> executors.put(one, parts.handlers().apply(one)));
        this.random = parts.random();
        this.clock = clock;
        this.mailbox = mailbox;
        this.reports = reports;
        this.solitude = solitude;
    }

    /** Takes {@code work} in; it is started as soon as its key, its subscriber and a suspect permit. */
    void enter(Work work, long nowNanos) {
        work.waits();
        ConsumerKey key = work.key();
        if (key == null || lanes.computeIfAbsent(key, k -> new Lane()).enter(work)) {
            ready(work, nowNanos);
        }
    }

    /** Nothing more follows from {@code work}: the next of its key may go. */
    void leave(Work work, long nowNanos) {
        solitude.ended(work, nowNanos);
        ConsumerKey key = work.key();
        Lane lane = key == null ? null : lanes.get(key);
        if (lane == null) {
            return;
        }
        Work next = lane.leave(work);
        if (next != null) {
            if (!next.isRunning()) { // in the same batch
                ready(next, nowNanos);
            }
        } else if (lane.isEmpty()) {
            lanes.remove(key);
        }
    }

    /** Takes out those of one kind that wait behind {@code work} for its key. */
    <W extends Work> List<W> takeFollowers(Work work, Class<W> kind) {
        ConsumerKey key = work.key();
        Lane lane = key == null ? null : lanes.get(key);
        return lane == null ? List.of() : lane.take(kind);
    }

    /** Whether something of {@code key} is here that does not come from the store. */
    boolean holdsFresh(@Nullable ConsumerKey key) {
        Lane lane = key == null ? null : lanes.get(key);
        return lane != null && lane.holdsFresh();
    }

    /** {@code work}, which has kept its place since it was started the last time, is to be started once more. */
    void again(Work work, long nowNanos) {
        work.waits();
        ready(work, nowNanos);
    }

    /** Starts what may be started; returns how many. */
    int start(long nowNanos) {
        if (stopped || (pauseEnd.isSet() && !pauseEnd.isDue(nowNanos))) {
            return 0;
        }
        pauseEnd.clear();
        solitude.expire(nowNanos);
        if (solitude.isOn()) {
            return startSuspect(nowNanos);
        }
        int started = 0;
        for (Subscriber subscriber : subscribers.all()) {
            started += start(subscriber, nowNanos);
        }
        return started;
    }

    int running() {
        return running.size();
    }

    /** Whether nothing else may be claimed: a suspect is to be alone. */
    boolean isSecluded() {
        return solitude.isOn();
    }

    /** Starts nothing more. */
    void stop() {
        stopped = true;
    }

    /** Interrupts all running handlers. */
    void interrupt() {
        running.forEach(Work::interrupt);
    }

    long idleNanos(long nowNanos) {
        if (stopped) {
            return Long.MAX_VALUE;
        }
        long idle = Math.min(pauseEnd.remainingNanos(nowNanos), solitude.remainingNanos(nowNanos));
        if (!pauseEnd.isSet() && !solitude.isOn()) {
            for (Subscriber subscriber : subscribers.all()) {
                idle = Math.min(idle, Gatherer.idleNanos(subscriber, nowNanos));
            }
        }
        return idle;
    }

    private void ready(Work work, long nowNanos) {
        if (isSuspect(work)) {
            solitude.begin(work, nowNanos);
        } else {
            work.subscriber().ready(work);
        }
    }

    private int startSuspect(long nowNanos) {
        Work suspect = solitude.toStart(running.size(), nowNanos);
        if (suspect == null) {
            return 0;
        }
        solitude.started(nowNanos);
        return begin(List.of(suspect), nowNanos);
    }

    private int start(Subscriber subscriber, long nowNanos) {
        int started = 0;
        while (!pauseEnd.isSet() && !solitude.isOn()) {
            List<Work> batch = gatherer.next(subscriber, nowNanos);
            if (batch.isEmpty()) {
                return started;
            }
            started += begin(batch, nowNanos);
        }
        return started;
    }

    /** One, or several of one subscriber; returns how many were started. */
    private int begin(List<Work> batch, long nowNanos) {
        List<Work> works = new ArrayList<>(batch.size());
        List<Delivery> deliveries = new ArrayList<>(batch.size());
        for (Work work : batch) {
            if (work.mayStart(nowNanos)) {
                works.add(work);
                deliveries.add(work.delivery());
            }
        }
        if (works.isEmpty()) {
            return 0;
        }
        Subscriber subscriber = works.get(0).subscriber();
        HandlerRun run =
                new HandlerRun(subscriber.handler(), deliveries, result -> mailbox.post(() -> ended(works, result)));
        running.addAll(works);
        subscriber.started();
        works.forEach(work -> work.started(run, nowNanos));
        try {
            executorOf(subscriber).execute(run);
            return works.size();
        } catch (RuntimeException refused) {
            refused(works, refused, nowNanos);
            return 0;
        }
    }

    /** An executor that is full, or shut down before us, says nothing about the messages. */
    private void refused(List<Work> works, RuntimeException refusal, long nowNanos) {
        reports.fault("Starting a handler", refusal);
        works.get(0).subscriber().notStarted();
        for (int i = works.size() - 1; i >= 0; i--) {
            Work work = works.get(i);
            running.remove(work);
            work.notStarted();
            if (isSuspect(work)) {
                solitude.ended(work, nowNanos);
                solitude.begin(work, nowNanos);
            } else if (isFirst(work)) {
                work.subscriber().readyAgain(work);
            }
        }
        pauseEnd.setAt(nowNanos + REFUSED_PAUSE_NANOS / 2 + random.nextLong(REFUSED_PAUSE_NANOS / 2));
    }

    private void ended(List<Work> works, HandlerResult result) {
        works.forEach(running::remove);
        Work first = works.get(0);
        first.subscriber().ended(clock.nanos() - first.startedNanos());
        if (works.size() > 1 && !(result instanceof HandlerResult.Handled)) {
            oneByOne(works);
        } else {
            works.forEach(work -> {
                work.settling();
                work.ended(result);
            });
        }
    }

    /** A batch failed: who is to blame shows when each runs alone, those of a key in their order. Nothing is charged for the batch. */
    private void oneByOne(List<Work> works) {
        LOG.debug("A batch of {} failed; each is handled by itself", works.size());
        for (Work work : works) {
            work.toRunAlone();
            if (stopped || work.isLost()) {
                work.settling();
                work.ended(new HandlerResult.Undone("its batch failed when it was not to be started any more"));
            } else {
                work.waits();
                if (isFirst(work)) {
                    work.subscriber().ready(work);
                }
            }
        }
    }

    /** Whether {@code work} is the one of its key that may be started. */
    private boolean isFirst(Work work) {
        ConsumerKey key = work.key();
        Lane lane = key == null ? null : lanes.get(key);
        return lane == null || lane.isCurrent(work);
    }

    private Executor executorOf(Subscriber subscriber) {
        return Objects.requireNonNull(executors.get(subscriber));
    }

    private static boolean isSuspect(Work work) {
        return work instanceof ClaimedWork claimed && claimed.isSuspect();
    }
}
