package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Heartbeats, leases, instances and markers. */
abstract class LeaseContract extends OutboxFixture {
    private static final int SLOT = 7;

    @Test
    public void g2_aFreeSlotIsAcquiredAtARaisedEpoch() {
        LeaseTable.Lease before = lease(announce(A));
        LeaseTable.Lease after = lease(acquire(A, LONG));
        assertThat(before.owner()).isNull();
        assertThat(before.expired())
                .as("a slot without owner counts as expired")
                .isTrue();
        assertThat(after).isEqualTo(new LeaseTable.Lease(SLOT, A, before.epoch() + 1, false));
    }

    @Test
    public void theLeaseTableHasOneRowForEachSlotInTheirOrder() {
        List<Integer> slots =
                announce(A).leases().stream().map(LeaseTable.Lease::slot).toList();
        assertThat(slots).isEqualTo(IntStream.range(0, Slot.COUNT).boxed().toList());
    }

    @Test
    public void aHeartbeatWithNothingToDoOnlyMakesTheInstanceKnown() {
        LeaseTable table = announce(A);
        assertThat(table.instances()).containsExactly(new LeaseTable.Instance(A, true, null));
        assertThat(table.leases()).allMatch(lease -> lease.owner() == null);
    }

    @Test
    public void g4_aSlotOfAnotherIsNotAcquiredBeforeItExpires() {
        LeaseTable.Lease first = lease(acquire(A, LONG));
        assertThat(lease(acquire(B, LONG))).isEqualTo(first);
    }

    @Test
    public void g2_anExpiredSlotIsTakenOverAtARaisedEpoch() {
        long epoch = lease(acquire(A, SHORT)).epoch();
        passTime(SHORT.multipliedBy(2));
        assertThat(lease(announce(B)).expired()).isTrue();
        assertThat(lease(acquire(B, LONG))).isEqualTo(new LeaseTable.Lease(SLOT, B, epoch + 1, false));
    }

    @Test
    public void anOwnSlotIsAcquiredAnewAtARaisedEpoch() {
        long epoch = lease(acquire(A, LONG)).epoch();
        assertThat(lease(acquire(A, LONG)).epoch()).isEqualTo(epoch + 1);
    }

    @Test
    public void g4_renewalProlongsTheLease() {
        long epoch = lease(acquire(A, SHORT)).epoch();
        renew(A, epoch, LONG);
        passTime(SHORT.multipliedBy(2));
        assertThat(lease(acquire(B, LONG))).isEqualTo(new LeaseTable.Lease(SLOT, A, epoch, false));
    }

    @Test
    public void anExpiredSlotThatNobodyTookIsRenewedAtItsEpoch() {
        long epoch = lease(acquire(A, SHORT)).epoch();
        passTime(SHORT.multipliedBy(2));
        assertThat(lease(renew(A, epoch, LONG))).isEqualTo(new LeaseTable.Lease(SLOT, A, epoch, false));
    }

    @Test
    public void g9_aLostSlotIsNotRenewed() {
        long lost = lease(acquire(A, SHORT)).epoch();
        passTime(SHORT.multipliedBy(2));
        LeaseTable.Lease taken = lease(acquire(B, LONG));
        assertThat(lease(renew(A, lost, LONG))).isEqualTo(taken);
        assertThat(lease(renew(A, taken.epoch(), LONG)))
                .as("the owner must match too")
                .isEqualTo(taken);
    }

    @Test
    public void g9_aSlotThatWasLostAndRegainedIsNotRenewedAtTheOldEpoch() {
        long lost = lease(acquire(A, SHORT)).epoch();
        acquire(A, SHORT);
        renew(A, lost, LONG);
        passTime(SHORT.multipliedBy(2));
        assertThat(lease(announce(A)).expired()).isTrue();
    }

    @Test
    public void aReleasedSlotIsFreeAtOnceAndKeepsItsEpoch() {
        long epoch = lease(acquire(A, LONG)).epoch();
        LeaseTable.Lease released = lease(release(A, epoch));
        assertThat(released).isEqualTo(new LeaseTable.Lease(SLOT, null, epoch, true));
        assertThat(lease(acquire(B, LONG))).isEqualTo(new LeaseTable.Lease(SLOT, B, epoch + 1, false));
    }

    @Test
    public void aSlotIsReleasedByItsOwnerAtItsEpochAlone() {
        LeaseTable.Lease owned = lease(acquire(A, LONG));
        assertThat(lease(release(A, owned.epoch() - 1))).isEqualTo(owned);
        assertThat(lease(release(B, owned.epoch()))).isEqualTo(owned);
    }

    @Test
    public void renewalAndReleaseMayBeRepeated() {
        long epoch = lease(acquire(A, LONG)).epoch();
        assertThat(lease(renew(A, epoch, LONG))).isEqualTo(lease(renew(A, epoch, LONG)));
        assertThat(lease(release(A, epoch))).isEqualTo(lease(release(A, epoch)));
    }

    @Test
    public void oneHeartbeatRenewsAcquiresAndReleases() {
        Map<Integer, Long> owned = epochs(A, acquireSlots(A, Set.of(1, 2), LONG));
        LeaseTable table = store().heartbeat(
                        new Heartbeat(A, LONG, Map.of(1, epoch(owned, 1)), Set.of(3), Map.of(2, epoch(owned, 2))));
        assertThat(epochs(A, table)).containsOnlyKeys(1, 3).containsEntry(1, epoch(owned, 1));
    }

    @Test
    public void oneOfTwoThatRaceForASlotGetsIt() {
        List<LeaseTable> seen = Race.of(() -> acquire(A, LONG), () -> acquire(B, LONG));
        LeaseTable.Lease acquired = lease(announce(A));
        assertThat(acquired.owner()).isIn(A, B);
        assertThat(seen).as("what both saw").allMatch(table -> lease(table).equals(acquired));
    }

    @Test
    public void anInstanceIsAliveUntilItsTimeRunsOut() {
        announce(A);
        assertThat(instance(announce(B), A).alive()).isTrue();
        store().heartbeat(new Heartbeat(A, SHORT, Map.of(), Set.of(), Map.of()));
        passTime(SHORT.multipliedBy(2));
        assertThat(instance(announce(B), A).alive()).isFalse();
        assertThat(instance(announce(A), A).alive()).isTrue();
    }

    @Test
    public void g8_aMarkerIsSeenByOthersAndSurvivesTheInstance() {
        store().heartbeat(new Heartbeat(A, SHORT, Map.of(), Set.of(), Map.of()));
        store().mark(A, "slot 7: 3-9");
        passTime(SHORT.multipliedBy(2));
        assertThat(instance(announce(B), A)).isEqualTo(new LeaseTable.Instance(A, false, "slot 7: 3-9"));
    }

    @Test
    public void aMarkerReplacesTheOneBeforeAndIsTakenBack() {
        announce(A);
        store().mark(A, "first");
        store().mark(A, "second");
        assertThat(instance(announce(A), A).marker()).isEqualTo("second");
        store().mark(A, null);
        store().mark(A, null);
        assertThat(instance(announce(A), A).marker()).isNull();
    }

    @Test
    public void aMarkerOfAnInstanceThatIsNotAliveCanBeChanged() {
        store().heartbeat(new Heartbeat(A, SHORT, Map.of(), Set.of(), Map.of()));
        passTime(SHORT.multipliedBy(2));
        store().mark(A, "late");
        assertThat(instance(announce(B), A).marker()).isEqualTo("late");
    }

    @Test
    public void aMarkerOfAnUnknownInstanceIsNotKept() {
        store().mark(A, "nobody");
        assertThat(announce(B).instances())
                .extracting(LeaseTable.Instance::name)
                .containsExactly(B);
    }

    @Test
    public void g12_aMarkerHoldsFourThousandCharacters() {
        announce(A);
        store().mark(A, "m".repeat(4_000));
        assertThat(instance(announce(A), A).marker()).hasSize(4_000);
    }

    @Test
    public void g11_whoLeavesReleasesItsSlotsAndIsForgotten() {
        acquire(A, LONG);
        long epochOfB = epoch(epochs(B, acquireSlots(B, Set.of(9), LONG)), 9);
        store().mark(A, "marker");
        store().leave(A);
        store().leave(A);
        LeaseTable table = announce(B);
        assertThat(table.instances()).extracting(LeaseTable.Instance::name).containsExactly(B);
        assertThat(lease(table).owner()).isNull();
        assertThat(epochs(B, table)).isEqualTo(Map.of(9, epochOfB));
    }

    @Test
    public void g9_theEpochNeverReturnsToAnEarlierValue() {
        long epoch = lease(acquire(A, LONG)).epoch();
        store().leave(A);
        assertThat(lease(acquire(A, LONG)).epoch()).isEqualTo(epoch + 1);
    }

    private LeaseTable announce(String instance) {
        return store().heartbeat(new Heartbeat(instance, LONG, Map.of(), Set.of(), Map.of()));
    }

    private LeaseTable acquire(String instance, Duration lease) {
        return acquireSlots(instance, Set.of(SLOT), lease);
    }

    LeaseTable acquireSlots(String instance, Set<Integer> slots, Duration lease) {
        return store().heartbeat(new Heartbeat(instance, lease, Map.of(), slots, Map.of()));
    }

    private LeaseTable renew(String instance, long epoch, Duration lease) {
        return store().heartbeat(new Heartbeat(instance, lease, Map.of(SLOT, epoch), Set.of(), Map.of()));
    }

    private LeaseTable release(String instance, long epoch) {
        return store().heartbeat(new Heartbeat(instance, LONG, Map.of(), Set.of(), Map.of(SLOT, epoch)));
    }

    private static LeaseTable.Lease lease(LeaseTable table) {
        return table.leases().get(SLOT);
    }

    private static LeaseTable.Instance instance(LeaseTable table, String name) {
        return table.instances().stream()
                .filter(instance -> instance.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
