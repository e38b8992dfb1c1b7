package dev.outbox.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedriveAtRateTest {
    private long nanos;

    /** Dead letters of which every redriven one dies again at once. */
    private static final class Undying implements DeadLetters {
        final List<Integer> portions = new ArrayList<>();

        @Override
        public List<DeadLetter> list(DeadLetterQuery query) {
            return List.of();
        }

        @Override
        public long count(DeadLetterQuery query) {
            return 1_000;
        }

        @Override
        public int redrive(DeadLetterQuery query) {
            portions.add(query.limit());
            return query.limit();
        }

        @Override
        public int discard(DeadLetterQuery query) {
            return 0;
        }
    }

    @Test
    void takesAsLongAsTheRateSaysAndLeavesWhatDiesMeanwhile() {
        Undying letters = new Undying();
        long done = new RedriveAtRate(letters, 200, () -> nanos, wait -> nanos += wait).run(DeadLetterQuery.all());
        assertThat(done).isEqualTo(1_000);
        assertThat(letters.portions).hasSize(50).containsOnly(20);
        assertThat(nanos).isEqualTo(5_000_000_000L);
    }

    @Test
    void refusesARateOutOfBounds() {
        assertThatThrownBy(() -> new Undying().redriveAtRate(DeadLetterQuery.all(), 0))
                .hasMessageContaining("rate 0.0 a second must be above 0");
        assertThatThrownBy(() -> DeadLetterQuery.all().limit(0)).hasMessage("limit 0 must be 1 to 10000");
    }
}
