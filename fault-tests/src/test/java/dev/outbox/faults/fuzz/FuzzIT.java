package dev.outbox.faults.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.testservers.ChildJvm;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Feeds every target, in a process of its own in which everything is logged: always the same inputs, so that what was repaired stays so. Runs with {@code -Dlong=true};
 * {@code -Dfuzz.inputs} makes it more than 10,000 of each, and {@code -Dfuzz.seed} others; {@code dev/fuzz} does the same from the command line.
 */
@EnabledIfSystemProperty(named = "long", matches = "true")
class FuzzIT {
    private static final Duration LONGEST = Duration.ofMinutes(Long.getLong("fuzz.minutes", 20));

    @Test
    void nothingThatComesFromOutsideBreaksAPromise() {
        try (ChildJvm fuzzer = ChildJvm.of(FuzzMain.class)
                .options("-Xmx400m", "-XX:+UseSerialGC")
                .arguments("all", System.getProperty("fuzz.inputs", "10000"), System.getProperty("fuzz.seed", "1"))
                .start()) {
            int code = fuzzer.awaitExit(LONGEST);
            assertThat(code).as(String.join("\n", fuzzer.lines())).isZero();
            assertThat(fuzzer.lines())
                    .filteredOn(line -> line.contains("past the first check"))
                    .hasSize(9);
        }
    }
}
