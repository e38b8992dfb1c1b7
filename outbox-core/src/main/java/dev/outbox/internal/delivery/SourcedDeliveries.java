package dev.outbox.internal.delivery;

import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.DeliveryStore.ConsumerKey;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * From the source's hand to the acknowledgement. A delivery is finished when it was handled, or the store has taken it over: with a row of its own, due later
 * or behind others of its key, or with its dead letter.
 *
 * <p><strong>Order.</strong> While a key has a row in the store, its deliveries are put behind that row; while one of them is here, they queue behind it in
 * one lane. Three things keep a message from slipping between the two. A delivery that fails keeps its lane until the store has it and all that came into the
 * lane meanwhile. The store is asked about the next deliveries only after those found blocked before are in it. And what the store says of a key counts for
 * nothing if that key was parked here after the question was put.
 *
 * <p><strong>Suspicion.</strong> What may have been in flight when a process ended goes through the store, whose claims find out which message ends processes
 * and charge nothing to the others (R19).
 */
final class SourcedDeliveries implements Intake {
    private static final int MOST_CHECKED_AT_ONCE = 2_000;

    private final EngineParts parts;
    private final EngineClock clock;
    private final Dispatcher dispatcher;
    private final Reports reports;
    private final Subscriber subscriber;
    private final SourceOptions options;
    private final InstantSource wallClock;
    private final Consumer<Duration> onParked;
    private final Consumer<Runnable> mailbox;
    private final Buffer buffer;
    private final Revocations revocations;
    private final Trials trials;
    private final Trials burials;
    private final BacklogWatch backlog;
    private final MemoryRetries retries = new MemoryRetries();
    private final Set<ConsumerKey> parkedSinceAsked = new HashSet<>();
    private List<SourcedWork> unchecked = new ArrayList<>();
    private boolean checking;
    private boolean stopped;

    /**
     * @param wallClock what the ages of deliveries are measured against
     * @param onParked told when a row becomes due that this process has parked
     * @param mailbox brings what other threads say to the engine's thread
     */
    SourcedDeliveries(
            EngineTools tools,
            Source source,
            SourceOptions options,
            InstantSource wallClock,
            Consumer<Duration> onParked,
            Consumer<Runnable> mailbox) {
        this.parts = tools.parts();
        this.clock = tools.clock();
        this.dispatcher = tools.dispatcher();
        this.reports = tools.reports();
        this.subscriber = parts.subscribers().all().get(0);
        this.options = options;
        this.wallClock = wallClock;
        this.onParked = onParked;
        this.mailbox = mailbox;
        this.buffer = new Buffer(source, options, tools);
        this.revocations = new Revocations(buffer);
        this.trials = new Trials(tools, tools.calls());
        this.burials = new Trials(tools, tools.burials());
        this.backlog = new BacklogWatch(tools, subscriber.name());
    }

    Buffer buffer() {
        return buffer;
    }

    BacklogWatch backlog() {
        return backlog;
    }

    /** How many wait in memory for their next attempt; any thread. */
    int waitingCount() {
        return retries.count();
    }

    void accept(List<Incoming> batch) {
        if (stopped) {
            return; // the next to get the group gets them again
        }
        Instant now = wallClock.instant();
        List<SourcedWork> works = new ArrayList<>();
        for (Incoming incoming : batch) {
            SourcedWork work = new SourcedWork(this, incoming, subscriber, now);
            buffer.add(work);
            works.add(work);
        }
        if (options.acknowledgeFirst()) {
            buffer.acknowledge(batch, () -> mailbox.accept(() -> works.forEach(this::enter)));
        } else {
            works.forEach(work -> route(work, now));
        }
    }

    /** Ends what has not begun of {@code groups}, and waits for what has. */
    void revoke(Collection<String> groups, CompletableFuture<Void> whenDrained) {
        buffer.of(groups).forEach(this::letGo);
        revocations.await(Set.copyOf(groups), whenDrained);
    }

    /** Forgets {@code groups}; what still runs of them keeps its key until it ends, and nothing else follows from it. */
    void lose(Collection<String> groups) {
        for (SourcedWork work : buffer.of(groups)) {
            boolean idle = work.isUntouched() || retries.remove(work);
            work.lose();
            buffer.dropped(work);
            if (idle) {
                work.settling();
                dispatcher.leave(work, clock.nanos());
            }
        }
    }

    @Override
    public void step() {
        trials.step();
        burials.step();
        backlog.step();
        startAgain();
        if (!checking && !unchecked.isEmpty()) {
            check();
        }
    }

    private void startAgain() {
        retries.takeDue(clock.nanos()).forEach(work -> dispatcher.again(work, clock.nanos()));
    }

    @Override
    public void endOfStep() {
        buffer.flush();
        revocations.step();
    }

    void ended(SourcedWork work, HandlerResult result) {
        if (result instanceof HandlerResult.Handled) {
            reports.handled(work);
            finish(work);
        } else if (work.isLost()) {
            dispatcher.leave(work, clock.nanos());
        } else if (options.acknowledgeFirst()) {
            endedForGood(work, result);
        } else if (result instanceof HandlerResult.Undone && stopped) {
            drop(work);
        } else if (result instanceof HandlerResult.Undone undone) {
            again(work, Fate.uncharged(work, parts.random()), undone.text());
        } else if (result instanceof HandlerResult.Failed failure) {
            failed(work, failure);
        }
    }

    @Override
    public void stop() {
        stopped = true;
        unchecked.clear();
        buffer.all().forEach(this::letGo);
    }

    @Override
    public void abandon() {
        buffer.flush();
        revocations.abandon();
    }

    @Override
    public int underWay() {
        return buffer.count();
    }

    @Override
    public long idleNanos(long nowNanos) {
        long idle = Math.min(trials.idleNanos(nowNanos), burials.idleNanos(nowNanos));
        idle = Math.min(idle, retries.idleNanos(nowNanos));
        return !checking && !unchecked.isEmpty() ? 0 : idle;
    }

    private void route(SourcedWork work, Instant now) {
        if (isStale(work, now)) {
            work.settling();
            bury(
                    work,
                    new Fate.Dead(0, DeadReason.STALE),
                    "older than " + options.staleAfter().orElseThrow()
                            + " by the broker's time of append: the inbox may have forgotten that it was handled");
        } else if (!options.stored() || (work.key() == null && !work.incoming().redelivered())) {
            enter(work);
        } else {
            unchecked.add(work);
        }
    }

    private boolean isStale(SourcedWork work, Instant now) {
        return options.staleAfter().isPresent()
                && work.incoming()
                        .appendedAt()
                        .filter(appended ->
                                appended.isBefore(now.minus(options.staleAfter().get())))
                        .isPresent();
    }

    private void enter(SourcedWork work) {
        if (work.isUntouched() && !work.isLost()) {
            dispatcher.enter(work, clock.nanos());
        }
    }

    private void check() {
        List<SourcedWork> batch = unchecked.subList(0, Math.min(unchecked.size(), MOST_CHECKED_AT_ONCE));
        List<SourcedWork> asked = List.copyOf(batch);
        batch.clear();
        Set<ConsumerKey> keys = new HashSet<>();
        for (SourcedWork work : asked) {
            ConsumerKey key = work.key();
            if (key != null) {
                keys.add(key);
            }
        }
        checking = true;
        parkedSinceAsked.clear();
        trials.call(
                () -> {
                    return parts.store().blocked(keys);
                },
                blocked -> checked(asked, blocked),
                () -> asked.stream().anyMatch(Work::isUntouched),
                () -> checking = false);
    }

    private void checked(List<SourcedWork> asked, Set<ConsumerKey> blockedThen) {
        Set<ConsumerKey> blocked = new HashSet<>(blockedThen);
        blocked.addAll(parkedSinceAsked);
        List<SourcedWork> behind = new ArrayList<>();
        for (SourcedWork work : asked) {
            ConsumerKey key = work.key();
            if (!work.isUntouched()) {
                continue; // dropped meanwhile
            }
            if (dispatcher.holdsFresh(key)) {
                enter(work);
            } else if (work.incoming().redelivered() || blocked.contains(key)) {
                work.settling();
                behind.add(work);
                if (key != null) {
                    blocked.add(key);
                }
            } else {
                enter(work);
            }
        }
        parkBehind(behind);
    }

    /** Until this is done no further question is put, so that nothing overtakes what is on its way into the store. */
    private void parkBehind(List<SourcedWork> works) {
        if (works.isEmpty()) {
            checking = false;
            return;
        }
        storing(
                works,
                () -> parts.store().parkBehind(parcels(works)),
                () -> {
                    works.forEach(this::taken);
                    checking = false;
                },
                () -> checking = false);
    }

    private void again(SourcedWork work, Fate.Again again, String error) {
        boolean stays = !stopped && !revocations.concerns(work.incoming().group());
        if (stays && mayWaitInMemory(work, again)) {
            retries.add(work, again, error, clock.nanos());
            reports.retried(work, again.delay(), error);
        } else if (options.stored()) {
            park(work, again, error);
        } else {
            takeFollowers(work).forEach(buffer::dropped); // of a batch that was under way when the group was revoked
            drop(work); // its attempts in this process are forgotten
        }
    }

    private boolean mayWaitInMemory(SourcedWork work, Fate.Again again) {
        return !options.stored()
                || (work.memoryTries() < options.memoryTries() && again.delay().compareTo(options.memoryDelay()) <= 0);
    }

    private void failed(SourcedWork work, HandlerResult.Failed failure) {
        reports.failed(work, failure);
        Fate fate = Fate.of(work, failure, work.elapsed(clock.nanos()), work.known(clock.nanos()), parts.random());
        if (fate instanceof Fate.Again again) {
            again(work, again, failure.text());
        } else if (fate instanceof Fate.Dead dead) {
            bury(work, dead, failure.text());
        }
    }

    /** Acknowledged before it was handled: there is no second time. */
    private void endedForGood(SourcedWork work, HandlerResult result) {
        if (result instanceof HandlerResult.Failed failure) {
            reports.failed(work, failure);
            bury(work, new Fate.Dead(1, DeadReason.ATTEMPTS_EXHAUSTED), failure.text());
        } else if (result instanceof HandlerResult.Undone undone) {
            bury(work, new Fate.Dead(1, DeadReason.ATTEMPTS_EXHAUSTED), undone.text());
        }
    }

    /** Moves {@code work} and what waits behind it into the store; what comes behind it meanwhile follows. */
    private void park(SourcedWork work, Fate.Again again, String error) {
        List<SourcedWork> followers = takeFollowers(work);
        List<SourcedWork> both = new ArrayList<>(List.of(work));
        both.addAll(followers);
        storing(
                both,
                () -> {
                    parts.store().park(work.parcel(), again.attempts(), again.delay(), error);
                    parts.store().parkBehind(parcels(followers));
                },
                () -> {
                    reports.retried(work, again.delay(), error);
                    onParked.accept(again.delay());
                    buffer.finished(work);
                    reports.parked(work);
                    followers.forEach(this::taken);
                    parkLater(work);
                },
                () -> dispatcher.leave(work, clock.nanos()));
    }

    private void parkLater(SourcedWork head) {
        ConsumerKey key = head.key();
        if (key != null) {
            parkedSinceAsked.add(key);
        }
        List<SourcedWork> followers = takeFollowers(head);
        if (followers.isEmpty()) {
            dispatcher.leave(head, clock.nanos());
            return;
        }
        storing(
                followers,
                () -> parts.store().parkBehind(parcels(followers)),
                () -> {
                    followers.forEach(this::taken);
                    parkLater(head);
                },
                () -> dispatcher.leave(head, clock.nanos()));
    }

    private void bury(SourcedWork work, Fate.Dead dead, String error) {
        GivenUp givenUp = new GivenUp(
                work.parcel(),
                Optional.of(work.incoming()),
                work.incoming().coordinates().get(),
                dead.reason(),
                dead.attempts(),
                error);
        burials.call(
                () -> parts.burials().buryNew(givenUp),
                isDead -> {
                    if (isDead) {
                        reports.dead(work, dead.reason(), dead.attempts(), error);
                    }
                    finish(work);
                },
                () -> isWanted(work),
                () -> drop(work));
    }

    /** Until the store has them, or all of them were lost, or this process closes; then they are left to whoever gets them next. */
    private void storing(List<SourcedWork> works, Runnable call, Runnable onDone, Runnable onUnwanted) {
        trials.call(
                () -> {
                    call.run();
                    return true;
                },
                done -> onDone.run(),
                () -> works.stream().anyMatch(this::isWanted),
                () -> {
                    works.forEach(buffer::dropped);
                    onUnwanted.run();
                });
    }

    private boolean isWanted(SourcedWork work) {
        return !work.isLost() && !stopped;
    }

    /** The store has {@code work}, which was nowhere in a lane. */
    private void taken(SourcedWork work) {
        reports.parked(work);
        onParked.accept(parts.options().minPoll());
        buffer.finished(work);
    }

    private List<SourcedWork> takeFollowers(SourcedWork head) {
        List<SourcedWork> followers = dispatcher.takeFollowers(head, SourcedWork.class);
        followers.forEach(Work::settling);
        return followers;
    }

    private static List<DeliveryStore.Delivery> parcels(List<SourcedWork> works) {
        return works.stream().map(Work::parcel).toList();
    }

    /** Gives back what has not begun; what has failed and waits in memory goes into the store with its attempts. */
    private void letGo(SourcedWork work) {
        if (retries.remove(work)) {
            Duration left = Duration.ofNanos(work.again().remainingNanos(clock.nanos()));
            work.again().clear();
            if (options.stored()) {
                park(work, new Fate.Again(work.attempts(), left), work.lastError());
            } else {
                work.settling();
                drop(work);
            }
        } else if (work.isUntouched()) {
            work.settling();
            drop(work);
        }
    }

    private void finish(SourcedWork work) {
        buffer.finished(work);
        dispatcher.leave(work, clock.nanos());
    }

    private void drop(SourcedWork work) {
        buffer.dropped(work);
        dispatcher.leave(work, clock.nanos());
    }
}
