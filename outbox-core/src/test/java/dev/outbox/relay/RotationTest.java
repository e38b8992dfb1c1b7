package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RotationTest {
    private final Rotation rotation = new Rotation();

    private static BitSet slots(int... slots) {
        return IntStream.of(slots).collect(BitSet::new, BitSet::set, BitSet::or);
    }

    @Test
    void eachSlotIsReadOnceInARoundAsFarAsThereIsRoom() {
        BitSet all = slots(1, 5, 9, 40, 63);

        assertThat(rotation.next(all, 300)).isEqualTo(slots(1, 5));
        assertThat(rotation.after(false, all)).as("read on").isTrue();
        assertThat(rotation.next(all, 449)).isEqualTo(slots(9, 40));
        assertThat(rotation.after(false, all)).as("read on").isTrue();
        assertThat(rotation.next(all, 2_500)).isEqualTo(slots(63));
        assertThat(rotation.after(false, all)).as("read on").isFalse();
        assertThat(rotation.next(all, 2_500)).as("the next round").isEqualTo(all);
    }

    @Test
    void aRoundInWhichOneSlotLeftMoreIsFollowedByAnother() {
        BitSet all = slots(1, 5);
        rotation.next(all, 150);
        rotation.after(true, all);
        rotation.next(all, 150);

        assertThat(rotation.after(false, all)).isTrue();
        assertThat(rotation.next(all, 150)).isEqualTo(slots(1));
        assertThat(rotation.after(false, slots(5))).isTrue();
        rotation.next(slots(5), 150);
        assertThat(rotation.after(false, slots())).isFalse();
    }

    @Test
    void aReadThatFailedIsMadeAgain() {
        BitSet all = slots(1, 5);

        assertThat(rotation.next(all, 150)).isEqualTo(slots(1));
        assertThat(rotation.next(all, 150)).isEqualTo(slots(1));
    }

    @Test
    void aSlotThatHasABacklogOnlySinceTheRoundBeganBelongsToIt() {
        rotation.next(slots(5), 150);

        assertThat(rotation.after(false, slots(5, 7))).isTrue();
        assertThat(rotation.next(slots(5, 7), 150)).isEqualTo(slots(7));
    }

    @Test
    void withTheLeastRoomOneIsReadAndWithoutABacklogNone() {
        assertThat(rotation.next(slots(2, 3), 0)).isEqualTo(slots(2));
        assertThat(new Rotation().next(slots(), 1_000)).isEqualTo(slots());
    }
}
