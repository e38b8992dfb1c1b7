package dev.outbox.internal.delivery;

import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore.Claimed;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What this process has claimed, from the claim until the store knows what became of it. Claims are prolonged while their handlers wait, run and settle; a
 * result that the store did not take is offered again until it does.
 */
final class ParkedDeliveries {
    private final EngineParts parts;
    private final EngineClock clock;
    private final StoreCalls calls;
    private final Trials results;
    private final Trials burials;
    private final Dispatcher dispatcher;
    private final Reports reports;
    private final Consumer<Duration> onDue;
    private final long claimNanos;
    private final Map<Long, ClaimedWork> held = new LinkedHashMap<>();
    private final Alarm renewAt = new Alarm();
    private boolean renewing;
    private boolean stopped;

    /** @param onDue told when a row becomes due because of what this process did */
    ParkedDeliveries(EngineTools tools, Consumer<Duration> onDue) {
        this.parts = tools.parts();
        this.clock = tools.clock();
        this.calls = tools.calls();
        this.results = new Trials(tools, tools.calls());
        this.burials = new Trials(tools, tools.burials());
        this.dispatcher = tools.dispatcher();
        this.reports = tools.reports();
        this.onDue = onDue;
        this.claimNanos = parts.options().claim().toNanos();
    }

    /** How many deliveries of {@code name} are claimed. */
    int held(String name) {
        int count = 0;
        for (ClaimedWork work : held.values()) {
            if (work.subscriber().name().equals(name)) {
                count++;
            }
        }
        return count;
    }

    int held() {
        return held.size();
    }

    /** Takes in what was claimed; the claims last from when the store was asked. */
    void take(List<Claimed> claimed, long askedNanos) {
        if (stopped) {
            giveBack(claimed.stream().map(Claimed::number).toList());
            return;
        }
        for (Claimed row : claimed) {
            ClaimedWork own = held.get(row.number());
            if (own == null) {
                take(row, askedNanos + claimNanos);
            } else {
                own.validUntil(askedNanos + claimNanos); // our claim had run out, and nobody else was quicker
            }
        }
        if (!held.isEmpty() && !renewAt.isSet()) {
            renewAt.setAt(askedNanos + claimNanos / 3);
        }
    }

    /** Prolongs claims and offers results again. */
    void step() {
        if (!renewing && renewAt.isDue(clock.nanos())) {
            renew();
        }
        results.step();
        burials.step();
    }

    void ended(ClaimedWork work, HandlerResult result) {
        if (result instanceof HandlerResult.Handled) {
            reports.handled(work);
            complete(work);
        } else if (result instanceof HandlerResult.Undone undone) {
            reschedule(work, Fate.uncharged(work, parts.random()), undone.text());
        } else if (result instanceof HandlerResult.Failed failure) {
            failed(work, failure);
        }
    }

    /** The claim ran out before the handler could be started. */
    void lapsed(ClaimedWork work) {
        drop(work);
        giveBack(List.of(work.number()));
    }

    /** Gives back what has not been started. */
    void stop() {
        stopped = true;
        giveBackAll(Work::isUntouched);
    }

    /** Gives back what is still running; nothing is charged for it. */
    void abandon() {
        giveBackAll(Work::isRunning);
    }

    long idleNanos(long nowNanos) {
        long idle = renewing ? Long.MAX_VALUE : renewAt.remainingNanos(nowNanos);
        return Math.min(idle, Math.min(results.idleNanos(nowNanos), burials.idleNanos(nowNanos)));
    }

    private void take(Claimed row, long validUntilNanos) {
        String name = row.delivery().consumer();
        String destination = row.delivery().message().destination();
        Optional<Subscriber> found = parts.subscribers().find(name, destination);
        Subscriber subscriber = found.orElseGet(() -> parts.subscribers().first(name));
        ClaimedWork work = new ClaimedWork(this, row, subscriber, clock.nanos(), validUntilNanos);
        held.put(row.number(), work);
        int most = subscriber.retry().maxAttempts();
        if (row.flaw().isPresent()) {
            work.settling();
            String flaw = "the row cannot be read as a message: " + row.flaw().get();
            bury(work, new Fate.Dead(row.attempts(), DeadReason.REJECTED), flaw);
        } else if (row.attempts() >= most) {
            work.settling();
            bury(
                    work,
                    spent(row),
                    row.attempts() + " failed attempts, or ends of the process during one, were charged; "
                            + "the policy allows " + most);
        } else if (found.isEmpty()) {
            work.settling();
            failed(work, notSubscribed(name, destination));
        } else {
            dispatcher.enter(work, clock.nanos());
        }
    }

    private static Fate.Dead spent(Claimed row) {
        return new Fate.Dead(row.attempts(), row.suspect() ? DeadReason.PROCESS_ENDED : DeadReason.ATTEMPTS_EXHAUSTED);
    }

    private static HandlerResult.Failed notSubscribed(String name, String destination) {
        String text = "'" + name + "' is not subscribed to destination '" + destination
                + "' in this process; subscribe it, or discard the delivery when it is a dead letter";
        return new HandlerResult.Failed(new IllegalStateException(text), text);
    }

    private void failed(ClaimedWork work, HandlerResult.Failed failure) {
        reports.failed(work, failure);
        Fate fate = Fate.of(work, failure, work.elapsed(clock.nanos()), work.known(clock.nanos()), parts.random());
        if (fate instanceof Fate.Again again) {
            reschedule(work, again, failure.text());
        } else if (fate instanceof Fate.Dead dead) {
            bury(work, dead, failure.text());
        }
    }

    private void complete(ClaimedWork work) {
        settle(
                results,
                work,
                () -> {
                    parts.store().complete(parts.instance(), work.number());
                    return true;
                },
                done -> onDue.accept(Duration.ZERO));
    }

    private void reschedule(ClaimedWork work, Fate.Again again, String error) {
        settle(
                results,
                work,
                () -> {
                    parts.store().reschedule(parts.instance(), work.number(), again.attempts(), again.delay(), error);
                    return true;
                },
                done -> {
                    reports.retried(work, again.delay(), error);
                    onDue.accept(again.delay());
                });
    }

    private void bury(ClaimedWork work, Fate.Dead dead, String error) {
        GivenUp givenUp = new GivenUp(work.parcel(), Optional.empty(), "", dead.reason(), dead.attempts(), error);
        settle(burials, work, () -> parts.burials().bury(parts.instance(), work.number(), givenUp), isDead -> {
            if (isDead) {
                reports.dead(work, dead.reason(), dead.attempts(), error);
            }
            onDue.accept(Duration.ZERO);
        });
    }

    private <T> void settle(Trials via, ClaimedWork work, Supplier<T> command, Consumer<T> onDone) {
        via.call(command, result -> {
            drop(work);
            onDone.accept(result);
        });
    }

    private void renew() {
        long askedNanos = clock.nanos();
        renewAt.clear();
        if (held.isEmpty()) {
            return;
        }
        renewing = true;
        List<ClaimedWork> works = List.copyOf(held.values());
        List<Long> numbers = List.copyOf(held.keySet());
        calls.run(
                () -> parts.store()
                        .renew(parts.instance(), numbers, parts.options().claim()),
                () -> {
                    renewing = false;
                    works.forEach(work -> work.validUntil(askedNanos + claimNanos));
                    renewAt.setAt(askedNanos + claimNanos / 3);
                },
                failure -> {
                    renewing = false;
                    renewAt.setAt(
                            clock.nanos() + claimNanos / 20 + parts.random().nextLong(claimNanos / 20));
                });
    }

    private void giveBackAll(Predicate<Work> which) {
        List<ClaimedWork> works = held.values().stream().filter(which).toList();
        works.forEach(work -> {
            work.settling();
            drop(work);
        });
        giveBack(works.stream().map(ClaimedWork::number).toList());
    }

    /** If the store does not take it, the claims run out by themselves. */
    private void giveBack(List<Long> numbers) {
        if (!numbers.isEmpty()) {
            calls.run(() -> parts.store().unclaim(parts.instance(), numbers), () -> {}, failure -> {});
        }
    }

    private void drop(ClaimedWork work) {
        held.remove(work.number());
        dispatcher.leave(work, clock.nanos());
    }
}
