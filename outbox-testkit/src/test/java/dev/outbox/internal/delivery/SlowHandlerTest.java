package dev.outbox.internal.delivery;

import static dev.outbox.internal.delivery.DeliveryRig.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.inprocess.InProcessOptions;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.internal.delivery.FaultyDeliveries.Fault;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SlowHandlerTest {
    private static final Duration CLAIM = InProcessOptions.defaults().claim();

    private final DeliveryRig rig = new DeliveryRig();
    private final AtomicBoolean failing = new AtomicBoolean(true);

    private DeliveryRig withParkedMessage() {
        rig.subscribe("a", delivery -> {
            rig.log.add("attempt " + delivery.attempt());
            if (failing.get()) {
                throw new IllegalStateException("not yet");
            }
        });
        rig.send(message("m1", "k"));
        rig.settle();
        return rig;
    }

    private DeliveryRig neighbour() {
        DeliveryRig other = rig.another("two");
        other.subscribe("a", delivery -> rig.log.add("elsewhere attempt " + delivery.attempt()));
        return other;
    }

    @Test
    void theClaimOfASlowHandlerIsProlongedSoThatNobodyElseStartsIt() {
        withParkedMessage().passWithoutHandlers(CLAIM.multipliedBy(10));
        neighbour().settle();
        assertThat(rig.handlers.size()).isOne();
        failing.set(false);
        rig.settle();
        assertThat(rig.log).containsExactly("attempt 1", "attempt 2");
    }

    @Test
    void aClaimThatRanOutBeforeItsHandlerStartedIsNotStarted() {
        rig.subscribers.clear();
        withParkedMessage().clock.advance(Duration.ofSeconds(1));
        rig.handlers.refuse(true);
        rig.settle();
        rig.fault = Fault.BEFORE;
        rig.clock.advance(CLAIM.plusSeconds(1));
        rig.handlers.refuse(false);
        rig.engine().step(rig.clock.nanoTime());
        assertThat(rig.handlers.size()).isZero();
        rig.fault = Fault.NONE;
        failing.set(false);
        rig.pass(Duration.ofMinutes(2));
        assertThat(rig.log).containsExactly("attempt 1", "attempt 2");
    }

    @Test
    void g10_aMessageThatWaitsForABusySubscriberIsTakenOverForItSoThatItsNextNeedNotWait() {
        SubscriberOptions one = DeliveryRig.THREE_ATTEMPTS.concurrency(1);
        rig.subscribe(DeliveryRig.ORDERS, "busy", rig.noting("busy"), one).subscribeNoting("b");
        rig.send(message("m0", null));
        rig.settleWithoutHandlers();
        rig.handlers.run(1);
        long token = rig.send(message("m1", "k"));
        rig.settleWithoutHandlers();
        rig.handlers.run(1);
        rig.passWithoutHandlers(
                rig.options.takeOver().plus(rig.options.takeOver().dividedBy(7)));
        assertThat(rig.outcomes).containsEntry(token, Outcome.CONFIRMED);
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.log).containsExactly("b:m0", "b:m1", "busy:m0", "busy:m1");
    }

    @Test
    void aHandlerThatRunsBeyondTheSendTimeoutIsUnknownAndNotStartedAgain() {
        rig.subscribeNoting("a");
        long first = rig.send(message("m1", "k"));
        rig.passWithoutHandlers(rig.options.sendTimeout().multipliedBy(5).dividedBy(4));
        assertThat(rig.outcomes.get(first)).isInstanceOf(Outcome.Unknown.class);
        long second = rig.send(message("m1", "k"));
        rig.settleWithoutHandlers();
        assertThat(rig.handlers.size()).isOne();
        rig.settle();
        assertThat(rig.outcomes.get(second)).isEqualTo(Outcome.CONFIRMED);
        assertThat(rig.outcomes.get(first)).isInstanceOf(Outcome.Unknown.class);
        assertThat(rig.log).containsExactly("a:m1");
    }

    @Test
    void anotherMessageWithTheSameIdIsNotTakenForTheSame() {
        rig.subscribe("a", delivery -> rig.log.add(delivery.message().payload().toUtf8String()));
        rig.send(
                Message.to(DeliveryRig.ORDERS).id("m1").text("x"),
                Message.to(DeliveryRig.ORDERS).id("m1").text("y"));
        rig.settle();
        assertThat(rig.log).containsExactly("x", "y");
        assertThat(rig.outcomes.values()).containsOnly(Outcome.CONFIRMED).hasSize(2);
    }

    @Test
    void g12_whatIsSentBeyondTheBoundIsRefusedAsUnavailable() {
        rig.options = rig.options.maxPending(2);
        rig.subscribeNoting("a");
        long token = rig.send(message("m1", "k"), message("m2", "l"), message("m3", "n"));
        rig.settle();
        assertThat(rig.outcomes.get(token + 2)).isInstanceOf(Outcome.Unavailable.class);
        assertThat(rig.outcomes.get(token + 1)).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void retriesTakeAtMostHalfOfASubscribersHandlers() {
        SubscriberOptions four = DeliveryRig.THREE_ATTEMPTS.concurrency(4);
        rig.subscribe(
                DeliveryRig.ORDERS,
                "a",
                delivery -> {
                    throw new IllegalStateException("never");
                },
                four);
        for (int i = 0; i < 10; i++) {
            rig.send(message("m" + i, null));
        }
        rig.settle();
        rig.passWithoutHandlers(Duration.ofSeconds(5));
        assertThat(rig.handlers.size()).isEqualTo(2);
        assertThat(rig.tables.claimDue("two", List.of("a"), 100, CLAIM)).hasSize(8);
    }
}
