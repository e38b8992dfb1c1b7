package dev.outbox.internal.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private final Histogram histogram = new Histogram();

    @Test
    void withoutValuesEveryQuantileIsZero() {
        assertThat(histogram.quantile(0.5)).isZero();
        assertThat(histogram.quantile(1)).isZero();
    }

    @Test
    void smallValuesAreExact() {
        for (int value = 0; value < 16; value++) {
            histogram.record(value);
        }

        assertThat(histogram.quantile(0.5)).isEqualTo(7);
        assertThat(histogram.quantile(1)).isEqualTo(15);
    }

    @Test
    void aNegativeValueCountsAsZero() {
        histogram.record(-5);

        assertThat(histogram.quantile(1)).isZero();
    }

    @Test
    void theLargestValueHasABucket() {
        histogram.record(Long.MAX_VALUE);

        assertThat(histogram.quantile(0.5)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void quantilesAreRightToOneSixteenthAndNeverTooLow() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Histogram histogram = new Histogram();
            long[] values = new long[500];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextLong() >>> (2 + random.nextInt(61));
                histogram.record(values[i]);
            }
            Arrays.sort(values);
            for (double quantile : new double[] {0.01, 0.5, 0.9, 0.99, 1}) {
                long exact = values[(int) Math.ceil(quantile * values.length) - 1];
                assertThat(histogram.quantile(quantile))
                        .as("seed %d, quantile %s", seed, quantile)
                        .isBetween(exact, exact + exact / 16 + 1);
            }
        }
    }
}
