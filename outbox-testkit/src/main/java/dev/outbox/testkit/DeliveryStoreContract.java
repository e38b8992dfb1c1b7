package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Backlog;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore.Claimed;
import dev.outbox.spi.DeliveryStore.Delivery;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link dev.outbox.spi.DeliveryStore}. A store's test extends this class and says how to reach its tables; the names of the tests carry the
 * numbers of the guarantees. After each test every delivery must be in exactly one place.
 */
public abstract class DeliveryStoreContract extends DeliveryFixture {
    private static final int LARGE = 20;
    private static final int LARGE_BYTES = 1_000_000;

    @Test
    public void g7_aParkedDeliveryBlocksItsKeyForItsConsumerAlone() {
        park(delivery(PAYMENT, KEY), LONG);
        park(delivery(PAYMENT, null), LONG);
        assertThat(store().blocked(List.of(key(PAYMENT, KEY), key(SHIPPING, KEY), key(PAYMENT, "K"))))
                .containsExactly(key(PAYMENT, KEY));
        assertThat(store().blocked(List.of())).isEmpty();
    }

    @Test
    public void whatIsParkedIsCountedUpToABoundIfAtAll() {
        park(delivery(PAYMENT, KEY), LONG);
        parkBehind(
                delivery(PAYMENT, KEY), delivery(PAYMENT, "other"), delivery(PAYMENT, null), delivery(SHIPPING, KEY));
        assertThat(store().backlog(PAYMENT, 100).orElse(new Backlog(4, 2, 100))).isEqualTo(new Backlog(4, 2, 100));
        assertThat(store().backlog("nobody", 100).orElse(new Backlog(0, 0, 100)))
                .isEqualTo(new Backlog(0, 0, 100));
        assertThat(store().backlog(PAYMENT, 3).map(Backlog::parked).orElse(3L)).isEqualTo(3);
    }

    @Test
    public void g8_aDeliveryIsClaimedAfterItsDelayAndNotBefore() {
        Delivery soon = delivery(PAYMENT, KEY);
        park(soon, SHORT);
        park(delivery(PAYMENT, "later"), LONG);
        assertThat(store().nextDueNanos(Set.of(PAYMENT))).isBetween(0L, SHORT.toNanos());
        passTime(SHORT.multipliedBy(2));
        assertThat(store().nextDueNanos(Set.of(PAYMENT))).isZero();
        assertThat(deliveries(claim(A, LONG))).containsExactly(soon);
        assertThat(store().nextDueNanos(Set.of(PAYMENT))).isBetween(LONG.toNanos() / 2, LONG.toNanos());
    }

    @Test
    public void g5_aDeliveryComesBackAsItWasParked() {
        Message message = Message.to("Ziel ü")
                .key("schlüssel '\"")
                .type("T")
                .header("h", "välue 🙂")
                .correlationId("c")
                .causationId("cause")
                .bytes(new byte[] {0, -1, 10, 13});
        Delivery delivery = new Delivery(PAYMENT, message, CREATED);
        store().park(delivery, 2, SHORT, "error");
        expectParked(delivery);
        passTime(SHORT.multipliedBy(2));
        Claimed claimed = claimOne(A, LONG);
        assertThat(claimed.delivery()).isEqualTo(delivery);
        assertThat(claimed.attempts()).isEqualTo(2);
        assertThat(claimed.suspect()).isFalse();
        assertThat(claimed.lastDelayNanos()).isEqualTo(SHORT.toNanos());
        assertThat(claimed.parkedNanosAgo()).isBetween(SHORT.toNanos(), LONG.toNanos());
    }

    @Test
    public void parkingMayBeRepeated() {
        Delivery failed = delivery(PAYMENT, KEY);
        Delivery next = delivery(PAYMENT, KEY);
        park(failed, Duration.ZERO);
        store().park(failed, 1, LONG, "failed");
        parkBehind(next);
        store().parkBehind(List.of(failed, next));
        complete(A, claimOne(A, LONG));
        complete(A, claimOne(A, LONG));
        assertThat(claim(A, LONG)).isEmpty();
    }

    @Test
    public void oneMessageIsParkedForEachConsumerOnItsOwn() {
        Delivery forPayment = delivery(PAYMENT, KEY);
        Delivery forShipping = new Delivery(SHIPPING, forPayment.message(), CREATED);
        park(forPayment, Duration.ZERO);
        park(forShipping, Duration.ZERO);
        assertThat(deliveries(claim(A, LONG))).containsExactlyInAnyOrder(forPayment, forShipping);
    }

    @Test
    public void g7_whatIsParkedBehindIsClaimedInOrderOneAfterAnother() {
        Delivery[] row =
                IntStream.range(0, 3).mapToObj(i -> delivery(PAYMENT, KEY)).toArray(Delivery[]::new);
        park(row[0], Duration.ZERO);
        parkBehind(row[1], row[2]);
        for (Delivery expected : row) {
            Claimed claimed = claimOne(A, LONG);
            assertThat(claimed.delivery()).isEqualTo(expected);
            assertThat(claim(B, LONG)).as("while the first is in hand").isEmpty();
            complete(A, claimed);
        }
    }

    /** More than a server may take in one statement. */
    @Test
    public void g7_manyLargeDeliveriesAreParkedTogetherAndInOrder() {
        Delivery[] large = IntStream.range(0, LARGE)
                .mapToObj(i -> new Delivery(PAYMENT, Message.to("d").key(KEY).bytes(largePayload(i)), CREATED))
                .toArray(Delivery[]::new);
        parkBehind(large);
        for (int i = 0; i < LARGE; i++) {
            Claimed claimed = claimOne(A, LONG);
            assertThat(claimed.delivery().equals(large[i]))
                    .as("the next is delivery %d", i)
                    .isTrue();
            complete(A, claimed);
        }
    }

    private static byte[] largePayload(int number) {
        byte[] payload = new byte[LARGE_BYTES];
        Arrays.fill(payload, (byte) number);
        return payload;
    }

    @Test
    public void g7_aRescheduledDeliveryHoldsBackItsKeyAndNothingElse() {
        park(delivery(PAYMENT, KEY), Duration.ZERO);
        parkBehind(delivery(PAYMENT, KEY));
        Delivery other = delivery(PAYMENT, "other");
        Delivery otherConsumer = delivery(SHIPPING, KEY);
        Claimed first = claimOne(A, LONG);
        store().reschedule(A, first.number(), 2, LONG, "again");
        parkBehind(other, otherConsumer);
        assertThat(deliveries(claim(A, LONG))).containsExactlyInAnyOrder(other, otherConsumer);
    }

    @Test
    public void g2_whatIsParkedBehindNobodyIsDueAtOnce() {
        Delivery keyed = delivery(PAYMENT, KEY);
        Delivery keyless = delivery(PAYMENT, null);
        Delivery secondKeyless = delivery(PAYMENT, null);
        parkBehind(keyed, keyless, secondKeyless);
        assertThat(deliveries(claim(A, LONG))).containsExactlyInAnyOrder(keyed, keyless, secondKeyless);
    }

    @Test
    public void theLongestDueAreClaimedFirstUpToTheLimitAndForTheseConsumersAlone() {
        Delivery second = delivery(PAYMENT, "second");
        Delivery first = delivery(PAYMENT, "first");
        Duration delay = SHORT.multipliedBy(20);
        park(second, delay);
        park(first, Duration.ZERO);
        park(delivery(SHIPPING, KEY), Duration.ZERO);
        passTime(delay.plus(SHORT));
        assertThat(deliveries(store().claimDue(A, Set.of(PAYMENT), 1, LONG))).containsExactly(first);
        assertThat(deliveries(store().claimDue(A, Set.of(PAYMENT), 9, LONG))).containsExactly(second);
        assertThat(store().nextDueNanos(Set.of(PAYMENT))).isEqualTo(Long.MAX_VALUE);
        assertThat(store().nextDueNanos(Set.of(SHIPPING))).isZero();
    }

    @Test
    public void g4_whatOneHasClaimedNobodyElseClaims() {
        park(delivery(PAYMENT, KEY), Duration.ZERO);
        claimOne(A, LONG);
        assertThat(claim(B, LONG)).isEmpty();
        assertThat(claim(A, LONG)).isEmpty();
    }

    @Test
    public void g4_twoThatClaimAtOnceGetDifferentDeliveries() {
        IntStream.range(0, 40).forEach(i -> park(delivery(PAYMENT, "key-" + i), Duration.ZERO));
        List<List<Claimed>> claimed = Race.of(
                () -> store().claimDue(A, Set.of(PAYMENT), 20, LONG),
                () -> store().claimDue(B, Set.of(PAYMENT), 20, LONG));
        assertThat(claimed.stream().flatMap(List::stream).map(Claimed::number)).doesNotHaveDuplicates();
        int left = claim(A, LONG).size();
        assertThat(claimed.get(0).size() + claimed.get(1).size() + left).isEqualTo(40);
    }

    @Test
    public void g8_aLapsedClaimMakesASuspectAndIsChargedFromTheSecondTimeOn() {
        store().park(delivery(PAYMENT, null), 0, Duration.ZERO, "");
        claimOne(A, SHORT);
        for (int charged = 0; charged < 3; charged++) {
            passTime(SHORT.multipliedBy(2));
            assertThat(store().nextDueNanos(Set.of(PAYMENT))).isZero();
            Claimed suspect = claimOne(B, SHORT);
            assertThat(suspect.suspect()).isTrue();
            assertThat(suspect.attempts()).isEqualTo(charged);
        }
    }

    @Test
    public void g8_suspectsAreClaimedOneAtATimeAndAlone() {
        IntStream.range(0, 3).forEach(i -> park(delivery(PAYMENT, "suspect-" + i), Duration.ZERO));
        assertThat(claim(A, SHORT)).hasSize(3);
        passTime(SHORT.multipliedBy(2));
        park(delivery(PAYMENT, "innocent"), Duration.ZERO);
        passTime(SHORT);
        int seen = 0;
        for (int calls = 0; seen < 4; calls++) {
            assertThat(calls).as("calls without a result").isLessThan(4);
            List<Claimed> claimed = claim(B, LONG);
            assertThat(claimed).isNotEmpty();
            assertThat(claimed)
                    .satisfiesAnyOf(
                            rows -> assertThat(rows).hasSize(1),
                            rows -> assertThat(rows).noneMatch(Claimed::suspect));
            seen += claimed.size();
        }
    }

    @Test
    public void g8_whatAnEarlierIncarnationHadInHandIsSuspectAtOnce() {
        park(delivery(PAYMENT, KEY), Duration.ZERO);
        Duration delay = SHORT.multipliedBy(10);
        park(delivery(PAYMENT, "of b"), delay);
        assertThat(store().claimDue(A, Set.of(PAYMENT), 1, LONG)).hasSize(1);
        passTime(delay.plus(SHORT));
        claimOne(B, LONG);
        store().forget(A);
        store().forget(A);
        Claimed again = claimOne(A, LONG);
        assertThat(again.suspect()).isTrue();
        assertThat(again.delivery().message().key()).contains(KEY);
        assertThat(again.attempts()).isEqualTo(1);
    }

    @Test
    public void g4_aRenewedClaimLastsLonger() {
        park(delivery(PAYMENT, KEY), Duration.ZERO);
        Duration claim = SHORT.multipliedBy(20);
        Claimed claimed = claimOne(A, claim);
        store().renew(A, List.of(claimed.number()), LONG);
        store().renew(B, List.of(claimed.number()), Duration.ZERO);
        store().renew(A, List.of(), LONG);
        passTime(claim.plus(SHORT));
        assertThat(claim(B, LONG)).isEmpty();
    }

    @Test
    public void g8_aClaimThatIsGivenBackCostsNothing() {
        park(delivery(PAYMENT, KEY), Duration.ZERO);
        Claimed claimed = claimOne(A, LONG);
        store().unclaim(B, List.of(claimed.number()));
        assertThat(claim(B, LONG)).as("given back by another").isEmpty();
        store().unclaim(A, List.of(claimed.number()));
        store().unclaim(A, List.of(claimed.number()));
        Claimed again = claimOne(B, LONG);
        assertThat(again.suspect()).isFalse();
        assertThat(again.attempts()).isEqualTo(claimed.attempts());
    }

    @Test
    public void g8_aRescheduledDeliveryKeepsWhatItWasCharged() {
        park(delivery(PAYMENT, KEY), Duration.ZERO);
        Claimed claimed = claimOne(A, LONG);
        store().reschedule(A, claimed.number(), 5, SHORT, "again");
        assertThat(store().nextDueNanos(Set.of(PAYMENT))).isLessThanOrEqualTo(SHORT.toNanos());
        passTime(SHORT.multipliedBy(2));
        Claimed again = claimOne(B, LONG);
        assertThat(again.attempts()).isEqualTo(5);
        assertThat(again.lastDelayNanos()).isEqualTo(SHORT.toNanos());
        assertThat(again.number()).isEqualTo(claimed.number());
    }

    @Test
    public void g8_whoLostItsClaimChangesNothing() {
        park(delivery(PAYMENT, KEY), Duration.ZERO);
        Claimed claimed = claimOne(A, SHORT);
        passTime(SHORT.multipliedBy(2));
        claimOne(B, LONG);
        store().reschedule(A, claimed.number(), 9, Duration.ZERO, "late");
        assertThat(store().bury(A, claimed.number(), DeadReason.REJECTED, 9, "late"))
                .isFalse();
        assertThat(claim(A, LONG)).isEmpty();
        store().unclaim(B, List.of(claimed.number()));
        assertThat(claimOne(B, LONG).attempts()).isEqualTo(1);
    }

    @Test
    public void completingMayBeRepeated() {
        park(delivery(PAYMENT, KEY), Duration.ZERO);
        parkBehind(delivery(PAYMENT, KEY));
        Claimed first = claimOne(A, LONG);
        complete(A, first);
        store().complete(A, first.number());
        complete(A, claimOne(A, LONG));
    }

    @Test
    public void g9_aDeliveryThatIsGivenUpBecomesADeadLetterAndFreesItsKey() {
        Delivery failing = delivery(PAYMENT, KEY);
        Delivery next = delivery(PAYMENT, KEY);
        park(failing, Duration.ZERO);
        parkBehind(next);
        assertThat(bury(A, claimOne(A, LONG))).isTrue();
        DeadLetter letter = letters().get(0);
        assertThat(letter.consumer()).isEqualTo(Optional.of(PAYMENT));
        assertThat(letter.message()).isEqualTo(failing.message());
        assertThat(letter.reason()).isEqualTo(DeadReason.REJECTED);
        assertThat(letter.attempts()).isEqualTo(3);
        assertThat(letter.error()).isEqualTo("no");
        assertThat(letter.createdAt()).isEqualTo(CREATED);
        assertThat(deliveries(claim(A, LONG))).containsExactly(next);
    }

    @Test
    public void g9_givingUpMayBeRepeated() {
        park(delivery(PAYMENT, KEY), Duration.ZERO);
        Claimed claimed = claimOne(A, LONG);
        bury(A, claimed);
        store().bury(A, claimed.number(), DeadReason.REJECTED, 3, "no");
        assertThat(letters()).hasSize(1);
    }

    @Test
    public void g7_aDeadLetterIsNotHandledByALateDuplicate() {
        Delivery failing = delivery(PAYMENT, KEY);
        park(failing, Duration.ZERO);
        bury(A, claimOne(A, LONG));
        assertThat(accept(PAYMENT, failing.message().id())).isFalse();
        assertThat(accept(SHIPPING, failing.message().id()))
                .as("another consumer")
                .isTrue();
    }

    @Test
    public void g9_whatWasHandledMeanwhileIsNoDeadLetter() {
        Delivery failing = delivery(PAYMENT, KEY);
        park(failing, Duration.ZERO);
        Claimed claimed = claimOne(A, LONG);
        assertThat(accept(PAYMENT, failing.message().id())).isTrue();
        assertThat(bury(A, claimed)).isFalse();
        assertThat(letters()).isEmpty();
    }

    @Test
    public void g9_aLateDuplicateOfWhatWasHandledOrGivenUpIsNotParked() {
        Delivery handled = delivery(PAYMENT, KEY);
        Delivery dead = delivery(PAYMENT, KEY);
        Delivery fresh = delivery(PAYMENT, KEY);
        assertThat(accept(PAYMENT, handled.message().id())).isTrue();
        park(dead, Duration.ZERO);
        bury(A, claimOne(A, LONG));
        store().park(handled, 1, Duration.ZERO, "failed");
        store().park(dead, 1, Duration.ZERO, "failed");
        store().parkBehind(List.of(handled, dead, fresh));
        expectParked(fresh);
        assertThat(claimOne(A, LONG).delivery()).isEqualTo(fresh);
    }

    @Test
    public void g9_aDeliveryThatWasNeverParkedIsGivenUpOnce() {
        Delivery rejected = delivery(PAYMENT, KEY);
        assertThat(store().buryNew(rejected, DeadReason.STALE, 1, "old")).isTrue();
        assertThat(store().buryNew(rejected, DeadReason.STALE, 1, "old")).isTrue();
        expectDead(rejected);
        DeadLetter letter = letters().get(0);
        assertThat(letter.message()).isEqualTo(rejected.message());
        assertThat(letter.reason()).isEqualTo(DeadReason.STALE);
        assertThat(letter.consumer()).isEqualTo(Optional.of(PAYMENT));
        assertThat(accept(PAYMENT, rejected.message().id())).isFalse();
    }

    @Test
    public void g9_whatWasHandledIsNotGivenUp() {
        Delivery handled = delivery(PAYMENT, KEY);
        assertThat(accept(PAYMENT, handled.message().id())).isTrue();
        assertThat(store().buryNew(handled, DeadReason.REJECTED, 1, "no")).isFalse();
        assertThat(letters()).isEmpty();
    }

    @Test
    public void nothingParkedIsNeverDue() {
        assertThat(store().nextDueNanos(Set.of(PAYMENT))).isEqualTo(Long.MAX_VALUE);
        assertThat(claim(A, LONG)).isEmpty();
    }
}
