package dev.outbox.examples.orderpipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.examples.orderpipeline.order.SampleOrders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Twenty times {@code kill -9}, at random moments from 5 % of the orders on and before the last, each followed by a restart with the same command: four shops of five kills,
 * and a full audit of each shop when its orders are done.
 */
@Timeout(600)
class KillAndRestartIT {
    private static final int ORDERS = 300;
    private static final int KILLS = 5;
    private static int kills;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104})
    void theAuditHoldsAndNoKillMakesADeadLetter(long seed) throws IOException {
        Path data = directory.resolve("data");
        Path input = directory.resolve("orders.jsonl");
        Files.write(input, SampleOrders.lines(ORDERS, seed).toList());

        for (double moment : moments(seed)) {
            killAt(moment, seed, data, input);
        }

        try (Child last = Child.start(data, input)) {
            int code = last.awaitExit();
            assertThat(last.output())
                    .as("seed %d", seed)
                    .contains("PASS  the books balance")
                    .contains("PASS  no dead letters")
                    .contains(ORDERS + " orders: ")
                    .doesNotContain("FAIL");
            assertThat(code).isZero();
        }
    }

    private static void killAt(double moment, long seed, Path data, Path input) {
        try (Child child = Child.start(data, input)) {
            child.awaitEnded((long) Math.ceil(moment * ORDERS));
            child.kill9();
            assertThat(child.awaitExit())
                    .as("exit code of a killed process, at %d of %d orders", child.ended(), ORDERS)
                    .isEqualTo(137);
            double progress = 100.0 * child.ended() / ORDERS;
            kills++;
            System.out.printf(Locale.ROOT, "kill %2d (seed %d): at %.1f %% of the orders%n", kills, seed, progress);
            assertThat(progress).as("percent of the orders, seed %d", seed).isBetween(5.0, 99.9);
        }
    }

    private static double[] moments(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return DoubleStream.generate(() -> 0.05 + 0.7 * random.nextDouble())
                .limit(KILLS)
                .sorted()
                .toArray();
    }

    @AfterAll
    static void allKillsWereMade() {
        assertThat(kills).as("kills").isEqualTo(20);
    }
}
