package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void thePositionIsTheLowestUnfinishedOffsetWhateverTheOrder() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Progress progress = new Progress();
            TreeSet<Long> unfinished = new TreeSet<>();
            Map<Long, Long> offsetOf = new HashMap<>();
            List<Long> numbers = new ArrayList<>();
            long next = 0;
            for (int step = 0; step < 1_000; step++) {
                if (numbers.isEmpty() || random.nextInt(100) < 55) {
                    next += random.nextInt(3); // gaps
                    long number = progress.add(next);
                    assertThat(offsetOf).doesNotContainKey(number);
                    offsetOf.put(number, next);
                    unfinished.add(next++);
                    numbers.add(number);
                } else {
                    long number = numbers.remove(random.nextInt(numbers.size()));
                    progress.finish(number);
                    progress.finish(number);
                    unfinished.remove(offsetOf.get(number));
                }
                assertThat(progress.position(next))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(unfinished.isEmpty() ? next : unfinished.first());
                assertThat(progress.unfinished()).isEqualTo(unfinished.size());
            }
        }
    }

    @Test
    void aNumberThatWasNeverGivenIsNothingToFinish() {
        Progress progress = new Progress();
        progress.add(5);
        progress.finish(1);
        progress.finish(-1);
        assertThat(progress.position(6)).isEqualTo(5);
        assertThat(progress.span()).isEqualTo(1);
    }
}
