package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.DueFetched;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is parked: when it is due, in which order, and what waits behind it. */
abstract class DueContract extends SelectionContract {
    private static final String KEY = "k";

    @Test
    public void nothingParkedIsNeverDue() {
        publish(message(KEY));
        DueFetched fetched = readDue();
        assertThat(fetched.due()).isEmpty();
        assertThat(fetched.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    public void g8_aRowIsDueAfterItsDelayAndNotBefore() {
        Message soon = message(KEY);
        Message later = message("other");
        publish(soon, later);
        Duration delay = SHORT.multipliedBy(10);
        settle(retry(row(soon), delay), retry(row(later), LONG));
        assertThat(store().fetchDue(dueFetch(9, 9)).nextDueNanos()).isLessThanOrEqualTo(delay.toNanos());
        passTime(delay.plus(SHORT));
        DueFetched fetched = readDue();
        assertThat(fetched.due())
                .extracting(due -> due.head().stored().row().id())
                .containsExactly(soon.id());
        assertThat(fetched.nextDueNanos()).isBetween(LONG.toNanos() / 2, LONG.toNanos());
    }

    @Test
    public void g8_aDueRowTellsItsAttemptsAndItsDelay() {
        Message message = message(KEY);
        publish(message);
        RowRef row = row(message);
        Instant createdAt = pending(message).stored().createdAt();
        settle(new Change.Park(row, ParkReason.SUSPECT, 2, SHORT, "error"));
        passTime(SHORT.multipliedBy(2));
        DueFetched.Parked parked = readDue().due().get(0).head();
        assertThat(parked.stored().row()).isEqualTo(row);
        assertThat(parked.stored().message()).isEqualTo(message);
        assertThat(parked.stored().createdAt()).isEqualTo(createdAt);
        assertThat(parked.reason()).isEqualTo(ParkReason.SUSPECT);
        assertThat(parked.attempts()).isEqualTo(2);
        assertThat(parked.lastDelayNanos()).isEqualTo(SHORT.toNanos());
        assertThat(parked.parkedNanosAgo()).isBetween(SHORT.toNanos(), LONG.toNanos());
    }

    @Test
    public void theTimeSinceTheFirstFailureCountsFromTheFirstAttemptThatWasCharged() {
        Message message = message(KEY);
        publish(message);
        RowRef row = row(message);
        settle(new Change.Park(row, ParkReason.SUSPECT, 0, Duration.ZERO, ""));
        passTime(SHORT);
        assertThat(readDue().due().get(0).head().parkedNanosAgo())
                .as("no failure yet")
                .isZero();
        settle(new Change.Reschedule(row, ParkReason.RETRY, 1, Duration.ZERO, "first"));
        passTime(SHORT.multipliedBy(2));
        settle(new Change.Reschedule(row, ParkReason.RETRY, 2, Duration.ZERO, "second"));
        assertThat(readDue().due().get(0).head().parkedNanosAgo()).isGreaterThanOrEqualTo(SHORT.toNanos() * 2);
    }

    @Test
    public void g3_onlyTheFirstOfAKeyIsDueAndTheOthersFollowInOrder() {
        Message[] messages = parkKey(4);
        DueFetched fetched = store().fetchDue(dueFetch(9, 2));
        assertThat(fetched.due()).hasSize(1);
        assertThat(fetched.due().get(0).head().stored().message()).isEqualTo(messages[0]);
        assertThat(fetched.due().get(0).followers())
                .extracting(follower -> follower.stored().message())
                .containsExactly(messages[1], messages[2]);
        assertThat(fetched.due().get(0).followers()).allMatch(follower -> follower.reason() == ParkReason.BEHIND);
        assertThat(store().fetchDue(dueFetch(9, 0)).due().get(0).followers()).isEmpty();
    }

    @Test
    public void g3_followersAreOfTheSameDestinationAndKeyAndBlock() {
        Message head = message(KEY);
        Message otherDestination = message("e", KEY);
        Message tomorrow = Message.to("d")
                .key(KEY)
                .notBefore(Instant.parse("2999-01-01T00:00:00Z"))
                .text("");
        publish(head, otherDestination, tomorrow);
        settle(retry(row(head), Duration.ZERO), retry(row(otherDestination), LONG), scheduled(row(tomorrow)));
        assertThat(readDue().due()).hasSize(1).allMatch(due -> due.followers().isEmpty());
    }

    @Test
    public void g2_theNextOfAKeyIsDueAtOnceWhenTheFirstIsCompleted() {
        Message[] messages = parkKey(3);
        completeForGood(readDue().due().get(0).head().stored().row());
        assertThat(dueIds()).containsExactly(messages[1].id());
        assertThat(followerIds()).containsExactly(messages[2].id());
    }

    @Test
    public void g2_theNextOfAKeyIsDueAtOnceWhenTheFirstIsGivenUp() {
        Message[] messages = parkKey(3);
        settle(bury(readDue().due().get(0).head().stored().row()));
        assertThat(dueIds()).containsExactly(messages[1].id());
    }

    @Test
    public void g2_completingSeveralOfAKeyAtOnceLeavesTheNextDue() {
        Message[] messages = parkKey(4);
        DueFetched.Due due = readDue().due().get(0);
        completeForGood(
                due.head().stored().row(), due.followers().get(0).stored().row());
        assertThat(dueIds()).containsExactly(messages[2].id());
    }

    @Test
    public void g2_completingOneInTheMiddleLeavesTheFirstInFront() {
        Message[] messages = parkKey(3);
        completeForGood(readDue().due().get(0).followers().get(0).stored().row());
        assertThat(dueIds()).containsExactly(messages[0].id());
        assertThat(followerIds()).containsExactly(messages[2].id());
    }

    @Test
    public void g2_aRowParkedBehindNobodyIsDueAtOnce() {
        Message keyed = message(KEY);
        Message keyless = message("d", null);
        publish(keyed, keyless);
        settle(behind(row(keyed)), behind(row(keyless)));
        assertThat(dueIds()).containsExactlyInAnyOrder(keyed.id(), keyless.id());
    }

    @Test
    public void g2_aScheduledRowIsNobodyToWaitBehind() {
        Message tomorrow = Message.to("d")
                .key(KEY)
                .notBefore(Instant.parse("2999-01-01T00:00:00Z"))
                .text("");
        Message next = message(KEY);
        publish(tomorrow, next);
        settle(scheduled(row(tomorrow)), behind(row(next)));
        assertThat(dueIds()).containsExactly(next.id());
    }

    @Test
    public void g3_aLateRowParkedBeforeAnotherGoesFirst() {
        PublishingTransaction slow = begin();
        Message late = message(KEY);
        slow.publish(late);
        Message early = message(KEY);
        publish(early);
        settle(retry(row(early), Duration.ZERO));
        commit(slow, late);
        settle(behind(row(late)));
        assertThat(dueIds()).containsExactly(late.id());
        assertThat(followerIds()).containsExactly(early.id());
    }

    @Test
    public void g3_keylessRowsDoNotWaitForEachOther() {
        Message first = message("d", null);
        Message second = message("d", null);
        publish(first, second);
        settle(retry(row(first), Duration.ZERO), retry(row(second), Duration.ZERO));
        assertThat(dueIds()).containsExactlyInAnyOrder(first.id(), second.id());
    }

    @Test
    public void theLongestDueComesFirst() {
        Message[] messages =
                IntStream.range(0, 3).mapToObj(i -> message("key-" + i)).toArray(Message[]::new);
        publish(messages);
        Duration longest = SHORT.multipliedBy(20);
        settle(
                retry(row(messages[0]), longest),
                retry(row(messages[1]), Duration.ZERO),
                retry(row(messages[2]), SHORT));
        passTime(longest.plus(SHORT));
        assertThat(dueIds()).containsExactly(messages[1].id(), messages[2].id(), messages[0].id());
        DueFetched limited = store().fetchDue(dueFetch(2, 0));
        assertThat(limited.due()).hasSize(2);
        assertThat(limited.nextDueNanos()).as("one more is due now").isZero();
    }

    @Test
    public void g1_heldRowsHideNoOtherDueRows() {
        Message[] messages =
                IntStream.range(0, 3).mapToObj(i -> message("key-" + i)).toArray(Message[]::new);
        publish(messages);
        RowRef held = row(messages[0]);
        settle(
                retry(held, Duration.ZERO),
                retry(row(messages[1]), Duration.ZERO),
                retry(row(messages[2]), Duration.ZERO));
        DueFetch fetch =
                new DueFetch(dueFetch(1, 1).slots(), 3, 0, Map.of(held.slot(), Set.of(held.position())), NO_BYTE_LIMIT);
        assertThat(store().fetchDue(fetch).due())
                .extracting(due -> due.head().stored().row().id())
                .contains(messages[1].id(), messages[2].id());
    }

    @Test
    public void onlyTheSlotsAskedForAreRead() {
        Message here = message(KEY);
        Message elsewhere = message(keyOf((Slot.of(KEY) + 1) % Slot.COUNT, 0));
        publish(here, elsewhere);
        settle(retry(row(here), Duration.ZERO), retry(row(elsewhere), Duration.ZERO));
        DueFetch fetch = new DueFetch(Set.of(Slot.of(KEY)), 9, 9, Map.of(), NO_BYTE_LIMIT);
        assertThat(store().fetchDue(fetch).due())
                .extracting(due -> due.head().stored().row().id())
                .containsExactly(here.id());
    }

    @Test
    public void g12_dueRowsAreLoadedUpToTheByteLimitAndOneAtLeast() {
        Message[] messages =
                IntStream.range(0, 3).mapToObj(i -> ofSize("key-" + i, 400)).toArray(Message[]::new);
        publish(messages);
        for (Message message : messages) {
            settle(retry(row(message), Duration.ZERO));
        }
        assertThat(dueWithBytes(1)).hasSize(1);
        assertThat(dueWithBytes(900)).hasSizeBetween(1, 2);
        assertThat(dueWithBytes(100_000)).hasSize(3);
    }

    @Test
    public void aScheduledRowIsDueAtItsTime() {
        Message soon = Message.to("d")
                .key(KEY)
                .notBefore(databaseTime().plus(Duration.ofSeconds(2)))
                .text("");
        publish(soon);
        settle(scheduled(row(soon)));
        assertThat(dueIds()).isEmpty();
        assertThat(readDue().nextDueNanos()).isBetween(1L, Duration.ofSeconds(2).toNanos());
        passTime(Duration.ofSeconds(2).plus(SHORT));
        assertThat(readDue().due()).singleElement().satisfies(due -> {
            assertThat(due.head().stored().message().id()).isEqualTo(soon.id());
            assertThat(due.head().reason()).isEqualTo(ParkReason.SCHEDULED);
        });
    }

    @Test
    public void g3_aScheduledMessageThatWasParkedBehindKeepsItsPlace() {
        Message first = message(KEY);
        Message second =
                Message.to("d").key(KEY).notBefore(databaseTime().plus(LONG)).text("");
        Message third = message(KEY);
        publish(first, second, third);
        settle(suspect(row(first)), behind(row(second)), behind(row(third)));
        assertThat(followerIds()).containsExactly(second.id(), third.id());
        completeForGood(readDue().due().get(0).head().stored().row());
        assertThat(dueIds()).as("the third still waits behind the second").doesNotContain(third.id());
    }

    @Test
    public void g3_whatWaitsBehindAnotherIsNotStranded() {
        parkKey(3);
        assertThat(store().releaseStranded(dueFetch(1, 1).slots())).isZero();
        assertThat(dueIds()).hasSize(1);
    }

    /** The time of the database, as a message that is published now tells it. */
    Instant databaseTime() {
        Message probe = message("probe");
        publish(probe);
        Instant time = pending(probe).stored().createdAt();
        completeForGood(row(probe));
        return time;
    }

    /** Due at once, and never failed before: what is behind it is read with it. */
    private static Change suspect(RowRef row) {
        return new Change.Park(row, ParkReason.SUSPECT, 0, Duration.ZERO, "");
    }

    /** Publishes and parks {@code count} messages of one key: the first due now and never failed before, the others behind it. */
    Message[] parkKey(int count) {
        Message[] messages =
                IntStream.range(0, count).mapToObj(i -> message(KEY)).toArray(Message[]::new);
        publish(messages);
        List<RowRef> rows = readAll().stream().map(row -> row.stored().row()).toList();
        Change[] changes = IntStream.range(0, count)
                .mapToObj(i -> i == 0 ? suspect(rows.get(i)) : behind(rows.get(i)))
                .toArray(Change[]::new);
        settle(changes);
        return messages;
    }

    private List<String> followerIds() {
        return readDue().due().stream()
                .flatMap(due -> due.followers().stream())
                .map(follower -> follower.stored().row().id())
                .toList();
    }

    private List<DueFetched.Due> dueWithBytes(long maxBytes) {
        return store().fetchDue(new DueFetch(dueFetch(1, 1).slots(), 9, 9, Map.of(), maxBytes))
                .due();
    }
}
