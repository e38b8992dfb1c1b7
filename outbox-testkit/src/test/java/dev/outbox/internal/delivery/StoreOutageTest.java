package dev.outbox.internal.delivery;

import static dev.outbox.internal.delivery.DeliveryRig.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Delivery;
import dev.outbox.internal.delivery.FaultyDeliveries.Fault;
import dev.outbox.spi.DeliveryListener;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StoreOutageTest {
    private final DeliveryRig rig = new DeliveryRig();
    private final AtomicBoolean failing = new AtomicBoolean(true);

    private void failing(Delivery delivery) {
        rig.log.add("attempt " + delivery.attempt());
        if (failing.get()) {
            throw new IllegalStateException("not yet");
        }
    }

    @Test
    void beforeAnyHandlerHasRunTheMessageIsUnavailableAndNothingIsCharged() {
        rig.subscribeNoting("a").subscribeNoting("b");
        rig.settle();
        rig.fault = Fault.BEFORE;
        long token = rig.send(message("m1", "k"));
        rig.settle();
        assertThat(rig.outcomes.get(token)).isInstanceOf(Outcome.Unavailable.class);
        assertThat(rig.log).isEmpty();
    }

    @Test
    void onceAHandlerHasRunTheOutcomeIsUnknown() {
        rig.subscribe("a", this::failing).subscribeNoting("b");
        rig.settle();
        rig.fault = Fault.BEFORE;
        long token = rig.send(message("m1", null));
        rig.settle();
        assertThat(rig.outcomes.get(token)).isInstanceOf(Outcome.Unknown.class);
        rig.fault = Fault.NONE;
        token = rig.send(message("m1", null));
        rig.settle();
        assertThat(rig.outcomes.get(token)).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void aLostReplyOfParkingIsUnknownAndTheMessageWaitsBehindItselfWhenSentAgain() {
        rig.subscribe("a", this::failing);
        rig.settle();
        long first = rig.send(message("m1", "k"));
        rig.engine().step(rig.clock.nanoTime());
        rig.storeCalls.runAll(); // the key is not blocked
        rig.engine().step(rig.clock.nanoTime());
        rig.fault = Fault.AFTER;
        rig.settle();
        assertThat(rig.outcomes.get(first)).isInstanceOf(Outcome.Unknown.class);
        rig.fault = Fault.NONE;
        long second = rig.send(message("m1", "k"));
        rig.settle();
        assertThat(rig.outcomes.get(second)).isEqualTo(Outcome.CONFIRMED);
        failing.set(false);
        rig.pass(Duration.ofSeconds(10));
        assertThat(rig.log).containsExactly("attempt 1", "attempt 2");
    }

    @Test
    void theResultOfARetryIsOfferedUntilTheStoreTakesItAndItsKeyWaits() {
        rig.subscribe("a", this::failing);
        rig.send(message("m1", "k"));
        rig.settle();
        failing.set(false);
        rig.passWithoutHandlers(Duration.ofSeconds(2));
        assertThat(rig.handlers.size()).isOne();
        rig.fault = Fault.BEFORE;
        rig.pass(Duration.ofSeconds(20));
        rig.fault = Fault.NONE;
        rig.pass(Duration.ofSeconds(10));
        assertThat(rig.log).containsExactly("attempt 1", "attempt 2");
        assertThat(rig.tables.nextDueNanos(List.of("a"))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anOutageIsToldOnceUntilItIsOver() {
        List<String> told = new ArrayList<>();
        rig.listener = new DeliveryListener() {
            @Override
            public void onStoreFailure(String error) {
                told.add(error);
            }
        };
        rig.subscribeNoting("a");
        rig.fault = Fault.BEFORE;
        rig.pass(Duration.ofMinutes(2));
        assertThat(told).hasSize(1);
        assertThat(rig.store.calls()).as("one try every few seconds").hasSizeBetween(20, 120);
        rig.fault = Fault.NONE;
        rig.pass(Duration.ofSeconds(10));
        rig.fault = Fault.BEFORE;
        rig.pass(Duration.ofMinutes(1));
        assertThat(told).hasSize(2);
    }

    @Test
    void anIdleEngineAsksTheStoreAboutOnceInTheLongestPause() {
        rig.subscribeNoting("a");
        rig.pass(Duration.ofMinutes(10));
        assertThat(rig.store.count("claimDue")).isBetween(300L, 601L);
    }

    @Test
    void anExecutorThatRefusesIsAskedAgainAndNothingIsCharged() {
        rig.subscribeNoting("a");
        rig.handlers.refuse(true);
        long token = rig.send(message("m1", "k"));
        rig.passWithoutHandlers(Duration.ofSeconds(5));
        assertThat(rig.outcomes).isEmpty();
        rig.handlers.refuse(false);
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.outcomes).containsEntry(token, Outcome.CONFIRMED);
        assertThat(rig.log).containsExactly("a:m1");
    }
}
