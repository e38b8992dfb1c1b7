package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a settlement changes, and who may. */
abstract class SettleContract extends DueContract {
    private static final String KEY = "k";

    @Test
    public void g1_parkingMovesARow() {
        Message message = message(KEY);
        publish(message);
        settle(retry(row(message), LONG));
        assertThat(pendingIds()).isEmpty();
        assertThat(store().depth(9).parked()).isEqualTo(1);
    }

    @Test
    public void g8_reschedulingMakesARowDueLaterWithWhatItWasCharged() {
        Message message = parkKey(1)[0];
        RowRef row = readDue().due().get(0).head().stored().row();
        settle(new Change.Reschedule(row, ParkReason.SUSPECT, 4, LONG, "again"));
        assertThat(dueIds()).isEmpty();
        settle(new Change.Reschedule(row, ParkReason.RETRY, 5, Duration.ZERO, "again"));
        DueFetched.Parked head = readDue().due().get(0).head();
        assertThat(head.stored().message()).isEqualTo(message);
        assertThat(head.attempts()).isEqualTo(5);
        assertThat(head.reason()).isEqualTo(ParkReason.RETRY);
        assertThat(head.lastDelayNanos()).isZero();
    }

    @Test
    public void g3_aRescheduledRowStillBlocksItsKey() {
        parkKey(3);
        RowRef row = readDue().due().get(0).head().stored().row();
        settle(new Change.Reschedule(row, ParkReason.RETRY, 2, LONG, "again"));
        assertThat(dueIds()).isEmpty();
    }

    @Test
    public void g9_buryingMovesARowFromWhereverItStands() {
        Message pending = message(KEY);
        Message parked = message("other");
        publish(pending, parked);
        RowRef parkedRow = row(parked);
        settle(retry(parkedRow, LONG));
        settle(bury(row(pending)), new Change.Bury(parkedRow, DeadReason.REJECTED, 2, "no"));
        assertThat(pendingIds()).isEmpty();
        assertThat(store().depth(9).parked()).isZero();
        assertThat(deadLetters()).extracting(DeadLetter::message).containsExactly(pending, parked);
    }

    @Test
    public void g9_aDeadLetterTellsAllThatIsKnown() {
        Message message = message(KEY);
        publish(message);
        Instant createdAt = pending(message).stored().createdAt();
        String error = FailureText.clean("ü🙂'\"\\ % " + "e".repeat(2 * FailureText.MAX_LENGTH));
        settle(new Change.Bury(row(message), DeadReason.TIME_EXHAUSTED, 7, error));
        DeadLetter letter = deadLetters().get(0);
        assertThat(letter.message()).isEqualTo(message);
        assertThat(letter.consumer()).isEqualTo(Optional.empty());
        assertThat(letter.reason()).isEqualTo(DeadReason.TIME_EXHAUSTED);
        assertThat(letter.attempts()).isEqualTo(7);
        assertThat(letter.error()).isEqualTo(error);
        assertThat(letter.createdAt()).isEqualTo(createdAt);
        assertThat(letter.diedAt()).isAfterOrEqualTo(createdAt);
    }

    @Test
    public void g9_everyReasonIsKept() {
        for (DeadReason reason : DeadReason.values()) {
            Message message = message(KEY);
            publish(message);
            settle(new Change.Bury(row(message), reason, 0, ""));
        }
        assertThat(deadLetters()).extracting(DeadLetter::reason).containsExactly(DeadReason.values());
    }

    @Test
    public void g3_anEnqueuedRowGoesToTheEndAndIsNoLongerScheduled() {
        Message scheduled = Message.to("d")
                .key(KEY)
                .header("h", "v")
                .notBefore(databaseTime().plus(LONG))
                .text("scheduled");
        publish(scheduled);
        RowRef old = row(scheduled);
        settle(scheduled(old));
        Message next = message(KEY);
        publish(next);
        settle(new Change.Enqueue(old));
        List<Fetched.Row> rows = read(readerOf(KEY, MANY)).rows();
        assertThat(ids(rows)).containsExactly(next.id(), scheduled.id());
        assertThat(rows.get(1).scheduled()).isFalse();
        assertThat(rows.get(1).stored().message().payload()).isEqualTo(scheduled.payload());
        assertThat(rows.get(1).stored().message().headers()).isEqualTo(scheduled.headers());
        assertThat(rows.get(1).stored().row().position()).isGreaterThan(old.position());
        assertThat(store().depth(9).parked()).isZero();
    }

    @Test
    public void g9_changesOfASlotOwnedAtAnotherEpochAreLeftOut() {
        Message message = message(KEY);
        publish(message);
        RowRef row = row(message);
        Map<Integer, Long> stale = own(A);
        own(A);
        assertThat(store().settle(new Settlement(A, only(stale, row.slot()), List.of(retry(row, LONG)))))
                .containsExactly(row.slot());
        assertThat(pendingIds()).containsExactly(message.id());
    }

    @Test
    public void g9_changesOfASlotOwnedByAnotherAreLeftOut() {
        Message message = message(KEY);
        publish(message);
        RowRef row = row(message);
        Map<Integer, Long> ofA = own(A);
        for (Change change : List.of(retry(row, LONG), bury(row))) {
            assertThat(store().settle(new Settlement(B, only(ofA, row.slot()), List.of(change))))
                    .containsExactly(row.slot());
        }
        assertThat(pendingIds()).containsExactly(message.id());
    }

    @Test
    public void g9_changesOfAReleasedSlotAreLeftOut() {
        Message message = message(KEY);
        publish(message);
        RowRef row = row(message);
        Map<Integer, Long> owned = own(A);
        store().leave(A);
        assertThat(store().settle(new Settlement(A, only(owned, row.slot()), List.of(bury(row)))))
                .containsExactly(row.slot());
        assertThat(pendingIds()).containsExactly(message.id());
    }

    @Test
    public void g9_changesOfParkedRowsAreFencedToo() {
        Message[] messages = parkKey(1);
        RowRef row = readDue().due().get(0).head().stored().row();
        Map<Integer, Long> stale = only(own(A), row.slot());
        own(A);
        store().settle(new Settlement(
                A, stale, List.of(new Change.Reschedule(row, ParkReason.RETRY, 9, LONG, ""), bury(row))));
        assertThat(dueIds()).containsExactly(messages[0].id());
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    public void g2_anExpiredSlotThatNobodyTookIsStillOwned() {
        Message message = message(KEY);
        publish(message);
        RowRef row = row(message);
        Map<Integer, Long> owned = epochs(A, acquireSlots(A, Set.of(row.slot()), SHORT));
        passTime(SHORT.multipliedBy(2));
        assertThat(store().settle(new Settlement(A, owned, List.of(retry(row, LONG)))))
                .isEmpty();
        assertThat(pendingIds()).isEmpty();
    }

    @Test
    public void g10_aLostSlotDoesNotHoldUpTheOthers() {
        Message kept = message(keyOf(1, 0));
        Message lost = message(keyOf(2, 0));
        publish(lost, kept);
        Map<Integer, Long> owned = epochs(A, acquireSlots(A, Set.of(1, 2), LONG));
        Map<Integer, Long> claimed = Map.of(1, epoch(owned, 1), 2, epoch(owned, 2) - 1);
        List<Change> changes = List.of(retry(row(lost), LONG), retry(row(kept), LONG));
        assertThat(store().settle(new Settlement(A, claimed, changes))).containsExactly(2);
        assertThat(pendingIds()).containsExactly(lost.id());
    }

    @Test
    public void lostSlotsAreToldAlsoWithoutChanges() {
        Map<Integer, Long> owned = own(A);
        assertThat(store().settle(new Settlement(B, only(owned, 5), List.of()))).containsExactly(5);
        assertThat(store().settle(new Settlement(A, owned, List.of()))).isEmpty();
    }

    @Test
    public void g3_whoTakesASlotOverSeesAllThatItsFormerOwnerSettled() {
        for (int round = 0; round < 10; round++) {
            Message message = message(KEY);
            publish(message);
            RowRef row = row(message);
            Map<Integer, Long> owned = epochs(A, acquireSlots(A, Set.of(row.slot()), Duration.ofMillis(1)));
            passTime(Duration.ofMillis(5));
            Settlement settlement = new Settlement(A, owned, List.of(retry(row, LONG)));
            List<Boolean> outcome = Race.of(() -> store().settle(settlement).isEmpty(), () -> {
                acquireSlots(B, Set.of(row.slot()), Duration.ofMillis(1));
                return read(readerOf(KEY, MANY)).rows().isEmpty();
            });
            assertThat(outcome.get(1)).as("the new owner saw the row parked").isEqualTo(outcome.get(0));
            completeForGood(row);
            passTime(Duration.ofMillis(5));
        }
    }

    @Test
    public void g1_aChangeOfAnotherMessageAtTheSamePositionDoesNothing() {
        Message pending = message(KEY);
        Message parked = message("other");
        publish(pending, parked);
        RowRef pendingRow = row(pending);
        RowRef parkedRow = row(parked);
        settle(retry(parkedRow, Duration.ZERO));
        for (RowRef row : List.of(pendingRow, parkedRow)) {
            RowRef other = new RowRef(row.slot(), row.position(), "another id");
            settle(retry(other, LONG));
            settle(new Change.Reschedule(other, ParkReason.RETRY, 1, LONG, ""), new Change.Enqueue(other), bury(other));
            store().complete(List.of(other));
        }
        assertThat(pendingIds()).containsExactly(pending.id());
        assertThat(dueIds()).containsExactly(parked.id());
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    public void g1_messagesWithOneIdAreDifferentRows() {
        Message[] twins = IntStream.range(0, 4)
                .mapToObj(i -> Message.to("d").id("twin").key("key-" + i).text("" + i))
                .toArray(Message[]::new);
        publish(twins);
        List<RowRef> rows = readAll().stream().map(row -> row.stored().row()).toList();
        settle(retry(rows.get(0), LONG), retry(rows.get(1), LONG));
        completeForGood(rows.get(0));
        assertThat(List.of(store().depth(9).pending(), store().depth(9).parked()))
                .containsExactly(2L, 1L);
        settle(bury(rows.get(2)));
        assertThat(pendingIds()).hasSize(1);
        assertThat(deadLetters()).hasSize(1);
        assertThat(store().depth(9).parked()).isEqualTo(1);
    }

    @Test
    public void everyChangeMayBeRepeated() {
        Message[] messages =
                IntStream.range(0, 4).mapToObj(i -> message("key-" + i)).toArray(Message[]::new);
        Message later = Message.to("d")
                .key(KEY)
                .notBefore(Instant.parse("2999-01-01T00:00:00Z"))
                .text("");
        publish(messages);
        publish(later);
        RowRef[] rows = Arrays.stream(messages).map(this::row).toArray(RowRef[]::new);
        twice(retry(rows[0], LONG), behind(rows[1]), bury(rows[2]), scheduled(row(later)));
        assertThat(List.of(
                        store().depth(9).pending(),
                        store().depth(9).parked(),
                        store().depth(9).dead()))
                .containsExactly(1L, 3L, 1L);
        twice(new Change.Reschedule(rows[0], ParkReason.RETRY, 2, LONG, ""), bury(rows[1]), bury(rows[3]));
        assertThat(List.of(
                        store().depth(9).pending(),
                        store().depth(9).parked(),
                        store().depth(9).dead()))
                .containsExactly(0L, 2L, 3L);
    }

    @Test
    public void g1_anEnqueueMayBeRepeated() {
        Message later = Message.to("d")
                .key(KEY)
                .notBefore(Instant.parse("2999-01-01T00:00:00Z"))
                .text("");
        publish(later);
        RowRef row = row(later);
        settle(scheduled(row));
        twice(new Change.Enqueue(row));
        assertThat(pendingIds()).containsExactly(later.id());
    }

    @Test
    public void g1_rowsThatAreGoneArePassedOver() {
        Message gone = message(KEY);
        Message here = message("other");
        publish(gone, here);
        RowRef row = row(gone);
        RowRef hereRow = row(here);
        completeForGood(row);
        settle(retry(row, LONG), new Change.Reschedule(row, ParkReason.RETRY, 1, LONG, ""), retry(hereRow, LONG));
        settle(bury(row), new Change.Enqueue(row), new Change.Reschedule(hereRow, ParkReason.RETRY, 2, LONG, ""));
        assertThat(deadLetters()).isEmpty();
        assertThat(store().depth(9).parked()).isEqualTo(1);
    }

    @Test
    public void g1_confirmedMessagesAreDeletedWhereverTheyStand() {
        Message pending = message(KEY);
        Message parked = message("other");
        publish(pending, parked);
        RowRef parkedRow = row(parked);
        settle(retry(parkedRow, LONG));
        completeForGood(row(pending), parkedRow);
        assertThat(List.of(store().depth(9).pending(), store().depth(9).parked()))
                .containsExactly(0L, 0L);
    }

    @Test
    public void completingMayBeRepeatedAndNeedsNoLease() {
        Message done = message(KEY);
        Message next = message(KEY);
        publish(done, next);
        RowRef row = row(done);
        completeForGood(row);
        store().complete(List.of(row));
        store().complete(List.of());
        assertThat(pendingIds()).containsExactly(next.id());
    }

    @Test
    public void g9_aDeadLetterFoundConfirmedStays() {
        Message message = message(KEY);
        publish(message);
        RowRef row = row(message);
        settle(bury(row));
        store().complete(List.of(row));
        assertThat(deadLetters()).hasSize(1);
    }

    @Test
    public void g1_aLargeSettlementIsExact() {
        int each = 500;
        Message[] messages =
                IntStream.range(0, 4 * each).mapToObj(i -> message("key-" + i)).toArray(Message[]::new);
        publish(messages);
        List<RowRef> rows = readAll().stream().map(row -> row.stored().row()).toList();
        List<Change> changes = new ArrayList<>();
        rows.subList(0, each).forEach(row -> changes.add(retry(row, LONG)));
        rows.subList(each, 2 * each).forEach(row -> changes.add(bury(row)));
        settle(changes.toArray(Change[]::new));
        completeForGood(rows.subList(2 * each, 3 * each).toArray(RowRef[]::new));
        assertThat(List.of(
                        store().depth(MANY).pending(),
                        store().depth(MANY).parked(),
                        store().depth(MANY).dead()))
                .containsExactly((long) each, (long) each, (long) each);
        completeForGood(rows.subList(0, each).toArray(RowRef[]::new));
    }

    private void twice(Change... changes) {
        settle(changes);
        settle(changes);
    }
}
