package dev.outbox.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.internal.delivery.FaultyDeliveries.Fault;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConsumerEngineTest {
    private final ConsumerRig rig = new ConsumerRig(ConsumerRig.NO_RETRY_IN_MEMORY);

    @Test
    void whatIsHandledIsAcknowledgedAndNothingBefore() {
        rig.deliver(1, "m1", "k");
        rig.settleWithoutHandlers();
        assertThat(rig.acknowledged).isEmpty();
        rig.settle();
        assertThat(rig.handled).containsExactly("m1");
        assertThat(rig.acknowledged).containsExactly(1L);
    }

    @Test
    void g7_aFailingMessageGoesIntoTheStoreWithTheLaterOnesOfItsKeyAndHoldsBackNoOther() {
        rig.deliver(1, "bad", "k");
        rig.deliver(2, "m2", "k");
        rig.deliver(3, "m3", "other");
        rig.settle();
        assertThat(rig.acknowledged).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(rig.handled).containsExactly("m3");

        rig.deliver(4, "m4", "k");
        rig.settle();
        assertThat(rig.handled).containsExactly("m3");

        rig.pass(Duration.ofSeconds(10));
        assertThat(rig.handled).containsExactly("m3", "m2", "m4");
        assertThat(deadLetters()).extracting(DeadLetter::attempts).containsExactly(3);
    }

    @Test
    void g9_nothingIsAcknowledgedThatTheFailingStoreShouldHaveTakenAndAllIsWhenItWorksAgain() {
        rig.deliver(1, "bad", null);
        rig.settleWithoutHandlers();
        rig.fault = Fault.BEFORE;
        rig.deliver(2, "m2", "k");
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.acknowledged).isEmpty();
        assertThat(rig.handled).isEmpty();

        rig.fault = Fault.NONE;
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.acknowledged).containsExactlyInAnyOrder(1L, 2L);
        assertThat(rig.handled).containsExactly("m2");
        assertThat(deadLetters()).hasSize(1);
    }

    @Test
    void g12_theSourceIsPausedWhenTheBufferIsFullAndGoesOnWhenItIsHalfEmpty() {
        ConsumerRig small = new ConsumerRig(new SourceOptions(4, 1_000_000, 0, Duration.ZERO, Optional.empty(), false));
        for (long token = 1; token <= 4; token++) {
            small.deliver(token, "m" + token, null);
        }
        small.settleWithoutHandlers();
        assertThat(small.paused).isTrue();
        small.handlers.run(0);
        small.settleWithoutHandlers();
        assertThat(small.paused).isTrue();
        small.handlers.run(0);
        small.settleWithoutHandlers();
        assertThat(small.paused).isFalse();
    }

    @Test
    void aShortRetryWaitsInMemoryAndIsNotAcknowledged() {
        ConsumerRig patient =
                new ConsumerRig(new SourceOptions(1_000, 1_000_000, 1, Duration.ofSeconds(5), Optional.empty(), false));
        patient.deliver(1, "bad", "k");
        patient.settle();
        assertThat(patient.acknowledged).isEmpty();
        patient.pass(Duration.ofMillis(1_100));
        assertThat(patient.acknowledged).containsExactly(1L);
        patient.pass(Duration.ofSeconds(5));
        List<DeadLetter> dead = patient.tables.list(DeadLetterQuery.all());
        assertThat(dead).extracting(DeadLetter::attempts).containsExactly(3);
    }

    @Test
    void g6_whatIsOlderThanTheInboxRemembersIsSetAsideAndNotHandled() {
        ConsumerRig forgetful = new ConsumerRig(
                new SourceOptions(1_000, 1_000_000, 0, Duration.ZERO, Optional.of(Duration.ofHours(1)), false));
        forgetful.deliver(1, "old", "k", forgetful.clock.instant().minus(Duration.ofHours(2)), false);
        forgetful.deliver(2, "new", "k");
        forgetful.settle();
        assertThat(forgetful.handled).containsExactly("new");
        assertThat(forgetful.acknowledged).containsExactlyInAnyOrder(1L, 2L);
        List<DeadLetter> dead = forgetful.tables.list(DeadLetterQuery.all());
        assertThat(dead).extracting(DeadLetter::reason).containsExactly(DeadReason.STALE);
    }

    @Test
    void atMostOnceHandlesOnlyWhatCannotBeDeliveredAgainAndDoesNotRetry() {
        ConsumerRig once =
                new ConsumerRig(new SourceOptions(1_000, 1_000_000, 3, Duration.ofSeconds(5), Optional.empty(), true));
        once.deliver(1, "m1", "k");
        once.deliver(2, "bad", "k");
        once.settle();
        assertThat(once.acknowledged).containsExactly(1L, 2L);
        assertThat(once.handled).isEmpty();
        List.copyOf(once.durable).forEach(Runnable::run);
        once.settle();
        assertThat(once.handled).containsExactly("m1");
        assertThat(once.tables.list(DeadLetterQuery.all()))
                .extracting(DeadLetter::attempts)
                .containsExactly(1);
        assertThat(once.acknowledged).containsExactly(1L, 2L);
    }

    @Test
    void aRevokedGroupFinishesWhatRunsAndDropsTheRest() {
        rig.deliver(1, "m1", "k");
        rig.deliver(2, "m2", "k");
        rig.settleWithoutHandlers();
        CompletableFuture<Void> drained = rig.engine.revoke(List.of("0")).toCompletableFuture();
        rig.settleWithoutHandlers();
        assertThat(drained).isNotDone();
        rig.settle();
        assertThat(drained).isDone();
        assertThat(rig.handled).containsExactly("m1");
        assertThat(rig.acknowledged).containsExactly(1L);
    }

    @Test
    void aLostGroupIsNotAcknowledgedWhateverComesOfItsMessages() {
        rig.deliver(1, "m1", "k");
        rig.deliver(2, "bad", null);
        rig.settleWithoutHandlers();
        rig.engine.lost(List.of("0"));
        rig.settle();
        assertThat(rig.acknowledged).isEmpty();
        rig.pass(Duration.ofSeconds(10));
        assertThat(deadLetters()).isEmpty();
        assertThat(rig.engine.figures().buffered()).isZero();
    }

    @Test
    void whatMayHaveBeenInFlightAtTheEndOfAProcessGoesThroughTheStore() {
        rig.deliver(1, "m1", "k", rig.clock.instant(), true);
        rig.deliver(2, "m2", "k");
        rig.deliver(3, "m3", null, rig.clock.instant(), true);
        rig.settleWithoutHandlers();
        assertThat(rig.acknowledged).containsExactlyInAnyOrder(1L, 2L, 3L);
        rig.pass(Duration.ofSeconds(3));
        assertThat(rig.handled).containsExactlyInAnyOrder("m1", "m2", "m3").containsSubsequence("m1", "m2");
    }

    @Test
    void whatHasFailedInMemoryIsStoredWithItsAttemptsWhenTheConsumerCloses() {
        ConsumerRig patient =
                new ConsumerRig(new SourceOptions(1_000, 1_000_000, 2, Duration.ofSeconds(5), Optional.empty(), false));
        patient.deliver(1, "bad", "k");
        patient.settle();
        patient.engine.stop();
        patient.settle();
        assertThat(patient.engine.isFinished()).isTrue();
        assertThat(patient.acknowledged).containsExactly(1L);
        assertThat(patient.tables.nextDueNanos(List.of(ConsumerRig.NAME)))
                .isPositive()
                .isLessThan(Long.MAX_VALUE);
    }

    @Test
    void anUnknownTypeIsTriedAgainWithoutAChargeUntilSomebodyKnowsIt() {
        rig.deliver(1, "unknown", "k");
        rig.pass(Duration.ofMinutes(50));
        assertThat(rig.acknowledged).containsExactly(1L);
        assertThat(deadLetters()).isEmpty();
        rig.known = true;
        rig.pass(Duration.ofMinutes(2));
        assertThat(rig.handled).containsExactly("unknown");
    }

    @Test
    void anUnknownTypeIsGivenUpWhenTheTimeOfGraceIsOver() {
        rig.deliver(1, "unknown", "k");
        rig.pass(Duration.ofMinutes(61));
        assertThat(deadLetters()).extracting(DeadLetter::attempts).containsExactly(0);
        assertThat(rig.engine.isFinished()).isFalse();
    }

    @Test
    void anUndecodablePayloadIsGivenUpAtOnce() {
        rig.deliver(1, "garbled", "k");
        rig.settle();
        assertThat(deadLetters()).extracting(DeadLetter::reason).containsExactly(DeadReason.REJECTED);
        assertThat(rig.acknowledged).containsExactly(1L);
    }

    private List<DeadLetter> deadLetters() {
        return rig.tables.list(DeadLetterQuery.all());
    }
}
