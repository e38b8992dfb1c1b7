package dev.outbox.internal.delivery;

import static dev.outbox.internal.delivery.DeliveryRig.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.internal.delivery.FaultyDeliveries.Fault;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DeliveryCloseTest {
    private static final Duration CLAIM = Duration.ofSeconds(30);

    private final DeliveryRig rig = new DeliveryRig();
    private final AtomicBoolean failing = new AtomicBoolean();

    private DeliveryRig subscribed(int concurrency) {
        return rig.subscribe(
                DeliveryRig.ORDERS,
                "a",
                delivery -> {
                    if (failing.get()) {
                        throw new IllegalStateException("not yet");
                    }
                    rig.log.add(delivery.message().id());
                },
                DeliveryRig.THREE_ATTEMPTS.concurrency(concurrency));
    }

    @Test
    void g11_whatRunsIsAwaitedWhatWaitsIsUnknownAndWhatComesIsRefused() {
        subscribed(1);
        long token = rig.send(message("runs", null), message("waits", null));
        rig.settleWithoutHandlers();
        rig.engine().stop();
        long late = rig.send(message("late", null));
        rig.settleWithoutHandlers();
        assertThat(rig.outcomes.get(token + 1)).isInstanceOf(Outcome.Unknown.class);
        assertThat(rig.outcomes.get(late)).isInstanceOf(Outcome.Unavailable.class);
        assertThat(rig.engine().isFinished()).isFalse();
        rig.settle();
        assertThat(rig.outcomes.get(token)).isEqualTo(Outcome.CONFIRMED);
        assertThat(rig.engine().isFinished()).isTrue();
        long after = rig.send(message("after", null));
        assertThat(rig.outcomes.get(after)).isInstanceOf(Outcome.Unavailable.class);
        assertThat(rig.log).containsExactly("runs");
    }

    @Test
    void g11_aHandlerThatDoesNotEndIsLeftBehindAndItsOutcomeUnknown() {
        subscribed(1);
        long token = rig.send(message("hangs", null));
        rig.settleWithoutHandlers();
        rig.engine().stop();
        rig.passWithoutHandlers(rig.options.closeTimeout().plus(DeliveryEngine.LAST_CALLS));
        assertThat(rig.engine().isFinished()).isTrue();
        assertThat(rig.outcomes.get(token)).isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void g11_claimsAreGivenBackWithoutSuspicionWhetherTheirHandlersWaitOrRun() {
        failing.set(true);
        subscribed(2);
        for (int i = 0; i < 4; i++) {
            rig.send(message("m" + i, "k" + i));
        }
        rig.settle();
        rig.passWithoutHandlers(Duration.ofSeconds(2));
        assertThat(rig.handlers.size()).isOne();
        rig.engine().stop();
        rig.passWithoutHandlers(rig.options.closeTimeout().plusSeconds(2));
        rig.storeCalls.runAll();
        assertThat(rig.engine().isFinished()).isTrue();
        assertThat(rig.tables.claimDue("two", List.of("a"), 10, CLAIM))
                .hasSize(4)
                .allSatisfy(claimed -> {
                    assertThat(claimed.suspect()).isFalse();
                    assertThat(claimed.attempts()).isOne();
                });
    }

    @Test
    void twentyClosesInTheMiddleOfARetryMakeNoDeadLetter() {
        failing.set(true);
        subscribed(2).send(message("m1", "k"));
        rig.settle();
        for (int i = 0; i < 20; i++) {
            DeliveryRig next = rig.another("process " + i);
            next.subscribe("a", delivery -> {});
            next.passWithoutHandlers(Duration.ofSeconds(2));
            assertThat(next.handlers.size()).isOne();
            next.engine().stop();
            next.passWithoutHandlers(next.options.closeTimeout().plusSeconds(2));
            next.storeCalls.runAll();
        }
        assertThat(rig.tables.count(DeadLetterQuery.all())).isZero();
        assertThat(rig.tables.claimDue("last", List.of("a"), 10, CLAIM))
                .singleElement()
                .satisfies(claimed -> assertThat(claimed.suspect()).isFalse());
    }

    @Test
    void g11_aStoreThatIsDownDoesNotKeepItFromClosing() {
        failing.set(true);
        subscribed(1).send(message("m1", "k"));
        rig.settle();
        rig.passWithoutHandlers(Duration.ofSeconds(2));
        rig.fault = Fault.BEFORE;
        rig.settle();
        rig.engine().stop();
        rig.pass(rig.options.closeTimeout().plusSeconds(2));
        assertThat(rig.engine().isFinished()).isTrue();
    }

    @Test
    void closingTwiceAndClosingWithoutWorkEndAtOnce() {
        subscribed(1).settle();
        rig.engine().stop();
        rig.engine().stop();
        rig.settle();
        assertThat(rig.engine().isFinished()).isTrue();
    }
}
