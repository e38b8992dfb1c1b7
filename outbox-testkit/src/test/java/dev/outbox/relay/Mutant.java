package dev.outbox.relay;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The bugs that a relay like this has had, or could have: each must be caught. */
enum Mutant {
    SETTLE_BEFORE_SEND("G1", ReadMutants.SettleBeforeSend::new),
    FORWARD_ONLY_CURSOR("G2", ReadMutants.ForwardOnly::new, Fault.SLOW_COMMIT),
    FORWARD_CURSOR_AND_BACK("G3", ReadMutants.ForwardAndBack::new, Fault.SLOW_COMMIT),
    NO_WAIT_WITHIN_KEY("G3", EngineMutants.NoWaitWithinKey::new, Fault.FAILED_SEND),
    RUN_OVERTAKES("G3", EngineMutants.NoWaitWithinKey::new, Fault.FAILED_SEND, Fault.RUNS, Fault.HOT_KEY),
    PARTIAL_RUNS("G3", EngineMutants.PartialRuns::new, Fault.FAILED_SEND, Fault.RUNS, Fault.HOT_KEY),
    RUN_OUT_OF_ORDER("G3", EngineMutants.RunOutOfOrder::new, Fault.FAILED_SEND, Fault.RUNS, Fault.HOT_KEY),
    RUN_CHARGED("G8", EngineMutants.RunCharged::new, Fault.POISON, Fault.FAILED_SEND, Fault.RUNS, Fault.HOT_KEY),
    ROW_CLAIMS("G3", ReadMutants.RowClaims::new, Fault.FAILED_SEND),
    UNKNOWN_IS_SUCCESS("G1", EngineMutants.UnknownIsSuccess::new, Fault.AMBIGUOUS_SEND),
    BLOCKED_IGNORED("G3", ReadMutants.BlockedIgnored::new, Fault.FAILED_SEND),
    PARKED_SET_IN_MEMORY("G3", ReadMutants.ParkedSetInMemory::new, Fault.FAILED_SEND, Fault.SUSPEND, Fault.POISON),
    OUTAGE_CHARGED("G8", EngineMutants.OutageCharged::new, Fault.OUTAGE),
    CRASHES_NOT_COUNTED("G2", WriteMutants.CrashesNotCounted::new, Fault.CRASHER),
    DEAD_LETTER_DELETED_FIRST("G1", WriteMutants.DeadLetterDeletedFirst::new, Fault.POISON, Fault.CRASH),
    ONE_KEY_FILLS_THE_WINDOW("G10", EngineMutants.OneKeyFillsTheWindow::new, Fault.HOT_KEY, Fault.SMALL_LIMITS),
    FENCE_WITHOUT_LOCK("G9", WriteMutants.FenceWithoutLock::new, Fault.POISON, Fault.STORE_HANG, Fault.CRASH),
    FLOOR_OUTLIVES_LOSS("G2", EngineMutants.FloorOutlivesLoss::new, Fault.PAUSE, Fault.HOT_KEY, Fault.OUTAGE),
    FLOOR_PAST_UNREAD("G3", ReadMutants.FloorPastUnread::new, Fault.SMALL_LIMITS),
    RELEASED_TOO_EARLY("G4", EngineMutants.ReleasedTooEarly::new, Fault.SWEEP),
    MOVE_BY_PREDICATE("G1", WriteMutants.MoveByPredicate::new, Fault.FAILED_SEND),
    POSITION_WITHOUT_ID("G1", WriteMutants.PositionWithoutId::new, Fault.FAILOVER, Fault.PAUSE, Fault.LOST_REPLY),
    KEPT_AFTER_LOSS("G2", EngineMutants.KeptAfterLoss::new, Fault.SUSPEND, Fault.HOT_KEY, Fault.OUTAGE);

    /** What it breaks; a run counts as caught only for that. */
    final String guarantee;

    final Supplier<Plant> plants;
    /** Faults without which the bug does not show: every run has them, beside those that it draws. */
    final Set<Fault> faults;

    Mutant(String guarantee, Supplier<Plant> plants, Fault... faults) {
        this.guarantee = guarantee;
        this.plants = plants;
        this.faults = EnumSet.noneOf(Fault.class);
        this.faults.addAll(Set.of(faults));
    }

    boolean isCaught(Simulation.Result result) {
        return caught(result).isPresent();
    }

    /** The first violation of the guarantee that it breaks. */
    Optional<String> caught(Simulation.Result result) {
        return result.violations().stream()
                .filter(violation -> violation.startsWith(guarantee + " "))
                .findFirst();
    }
}
