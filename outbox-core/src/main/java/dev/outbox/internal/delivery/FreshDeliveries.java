package dev.outbox.internal.delivery;

import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.DeliveryStore.ConsumerKey;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * From the relay's hand to the outcome. A message is confirmed when each subscriber of its destination has handled it or has taken it over: with a row of its
 * own in the store, due later or behind others of its key, or with its dead letter.
 *
 * <p><strong>Order.</strong> The relay hands over a key's next message only after the one before is confirmed, so whatever was parked before is committed.
 * Only then the store is asked which keys are blocked; a message of a blocked key is parked behind. Messages of one key that are here at the same time all
 * the same (sent by relays that overlap, or to a destination whose order was relaxed) queue in one lane, and follow the first of them into the parts.store().
 */
final class FreshDeliveries implements Intake {
    private static final int MOST_CHECKED_AT_ONCE = 2_000;

    private final EngineParts parts;
    private final EngineClock clock;
    private final StoreCalls calls;
    private final Dispatcher dispatcher;
    private final Reports reports;
    private final Sendings sendings;
    private final Consumer<Duration> onParked;
    private List<FreshWork> unchecked = new ArrayList<>();
    private boolean checking;
    private boolean stopped;

    /** @param onParked told when a row becomes due that this process has parked */
    FreshDeliveries(EngineTools tools, Consumer<Duration> onParked) {
        this.parts = tools.parts();
        this.clock = tools.clock();
        this.calls = tools.calls();
        this.dispatcher = tools.dispatcher();
        this.reports = tools.reports();
        this.sendings = new Sendings(parts.options(), reports);
        this.onParked = onParked;
    }

    void accept(List<Outgoing> batch, OutcomeListener outcomes) {
        for (Outgoing outgoing : batch) {
            if (stopped) {
                sendings.tell(outcomes, outgoing.token(), new Outcome.Unavailable(DeliveryEngine.closed()));
            } else if (!sendings.join(outgoing, outcomes, clock.nanos())) {
                open(outgoing, outcomes);
            }
        }
    }

    /** Asks the store about new messages, and lets it take over what waits too long. */
    @Override
    public void step() {
        parkBehind(sendings.sweep(clock.nanos()));
        if (!checking && !unchecked.isEmpty()) {
            check();
        }
    }

    void ended(FreshWork work, HandlerResult result) {
        if (result instanceof HandlerResult.Handled) {
            reports.handled(work);
            finish(work);
        } else if (result instanceof HandlerResult.Undone && stopped) {
            giveUp(work, DeliveryEngine.closed());
        } else if (result instanceof HandlerResult.Undone undone) {
            park(work, Fate.uncharged(work, parts.random()), undone.text());
        } else if (result instanceof HandlerResult.Failed failure) {
            failed(work, failure);
        }
    }

    /** Gives up what has not been started; the relay sends it again, to another process. */
    @Override
    public void stop() {
        stopped = true;
        unchecked.clear();
        for (FreshWork work : sendings.untouched()) {
            work.sending().touched();
            work.settling();
            giveUp(work, DeliveryEngine.closed());
        }
    }

    /** Tells all that wait that their outcome is not known. */
    @Override
    public void abandon() {
        sendings.abandon(DeliveryEngine.closed());
    }

    @Override
    public int underWay() {
        return sendings.size();
    }

    @Override
    public long idleNanos(long nowNanos) {
        return sendings.idleNanos(nowNanos);
    }

    private void open(Outgoing outgoing, OutcomeListener outcomes) {
        String destination = outgoing.message().destination();
        List<Subscriber> subscribed = parts.subscribers().of(destination);
        if (subscribed.isEmpty()) {
            sendings.tell(outcomes, outgoing.token(), new Outcome.Failed(nobodySubscribed(destination)));
        } else if (sendings.isFull()) {
            sendings.tell(outcomes, outgoing.token(), new Outcome.Unavailable(full()));
        } else {
            Sending sending = sendings.open(outgoing, outcomes, clock.nanos());
            subscribed.forEach(subscriber -> sending.add(new FreshWork(this, sending, subscriber)));
            sending.works().forEach(this::route);
        }
    }

    private void route(FreshWork work) {
        if (work.key() == null) {
            dispatcher.enter(work, clock.nanos());
        } else {
            unchecked.add(work);
        }
    }

    private void check() {
        List<FreshWork> batch = takeUnchecked();
        Set<ConsumerKey> keys = new LinkedHashSet<>();
        for (FreshWork work : batch) {
            ConsumerKey key = work.key();
            if (key != null) {
                keys.add(key);
            }
        }
        checking = true;
        calls.call(() -> parts.store().blocked(keys), blocked -> checked(batch, blocked), failure -> {
            checking = false;
            batch.stream().filter(Work::isUntouched).forEach(work -> giveUp(work, failure));
        });
    }

    private List<FreshWork> takeUnchecked() {
        if (unchecked.size() <= MOST_CHECKED_AT_ONCE) {
            List<FreshWork> all = unchecked;
            unchecked = new ArrayList<>();
            return all;
        }
        List<FreshWork> first = unchecked.subList(0, MOST_CHECKED_AT_ONCE);
        List<FreshWork> batch = List.copyOf(first);
        first.clear();
        return batch;
    }

    private void checked(List<FreshWork> batch, Set<ConsumerKey> blocked) {
        checking = false;
        List<FreshWork> behind = new ArrayList<>();
        for (FreshWork work : batch) {
            if (!work.isUntouched()) {
                continue; // given up when the transport began to close
            }
            ConsumerKey key = work.key();
            if (key != null && blocked.contains(key)) {
                behind.add(work);
            } else {
                dispatcher.enter(work, clock.nanos());
            }
        }
        parkBehind(behind);
    }

    private void parkBehind(List<FreshWork> works) {
        if (works.isEmpty()) {
            return;
        }
        for (FreshWork work : works) {
            work.settling();
            work.sending().touched();
        }
        List<DeliveryStore.Delivery> parcels = works.stream().map(Work::parcel).toList();
        calls.run(
                () -> parts.store().parkBehind(parcels),
                () -> {
                    onParked.accept(parts.options().minPoll());
                    works.forEach(this::parked);
                },
                failure -> works.forEach(work -> giveUp(work, failure)));
    }

    private void failed(FreshWork work, HandlerResult.Failed failure) {
        reports.failed(work, failure);
        Fate fate = Fate.of(work, failure, work.elapsed(clock.nanos()), work.known(clock.nanos()), parts.random());
        if (fate instanceof Fate.Again again) {
            park(work, again, failure.text());
        } else if (fate instanceof Fate.Dead dead) {
            bury(work, dead, failure.text());
        }
    }

    private void park(FreshWork work, Fate.Again again, String error) {
        calls.run(
                () -> parts.store().park(work.parcel(), again.attempts(), again.delay(), error),
                () -> {
                    reports.retried(work, again.delay(), error);
                    onParked.accept(again.delay());
                    parked(work);
                },
                failure -> giveUp(work, failure));
    }

    private void bury(FreshWork work, Fate.Dead dead, String error) {
        calls.call(
                () -> parts.store().buryNew(work.parcel(), dead.reason(), dead.attempts(), error),
                isDead -> {
                    if (isDead) {
                        reports.dead(work, dead.reason(), dead.attempts(), error);
                    }
                    finish(work);
                },
                failure -> giveUp(work, failure));
    }

    /** The store has {@code work}; what waits for the same key must not overtake it. */
    private void parked(FreshWork work) {
        reports.parked(work);
        parkBehind(dispatcher.takeFollowers(work, FreshWork.class));
        finish(work);
    }

    private void finish(FreshWork work) {
        dispatcher.leave(work, clock.nanos());
        sendings.done(work.sending());
    }

    private void giveUp(FreshWork work, RuntimeException why) {
        dispatcher.leave(work, clock.nanos());
        sendings.failed(work.sending(), why);
    }

    private IllegalStateException nobodySubscribed(String destination) {
        return new IllegalStateException("nobody in this process is subscribed to destination '" + destination
                + "'; subscribe to it, or correct the name. Subscribed are: "
                + parts.subscribers().destinations());
    }

    private static IllegalStateException full() {
        return new IllegalStateException("as many messages as maxPending permits wait for subscribers of this process");
    }
}
