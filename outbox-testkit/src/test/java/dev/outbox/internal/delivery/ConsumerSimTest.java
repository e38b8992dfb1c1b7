package dev.outbox.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G2 and G6 to G9 of consumers, under every mixture of faults that the seeds draw. {@code -Dsim.seeds=N} runs more of them, {@code -Dsim.seed=S} a single one.
 */
class ConsumerSimTest {
    private static final int SEEDS = 2_000;
    private static final int SEEDS_FOR_A_MUTANT = 600;

    @Test
    void g2AndG6ToG9HoldUnderEveryMixtureOfFaults() {
        Long single = Long.getLong("sim.seed");
        long first = single != null ? single : 1;
        long last = single != null ? single : Integer.getInteger("sim.seeds", SEEDS);
        for (long seed = first; seed <= last; seed++) {
            assertThat(new ConsumerSimulation(seed, ConsumerBug.NONE).run())
                    .as(
                            "seed %d; reproduce: mvn -o test -pl outbox-testkit -Dtest=ConsumerSimTest -Dsim.seed=%d",
                            seed, seed)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedBugIsFound(ConsumerBug bug) {
        for (long seed = 1; seed <= SEEDS_FOR_A_MUTANT; seed++) {
            List<String> violations = new ConsumerSimulation(seed, bug).run();
            if (violations.stream().anyMatch(text -> text.startsWith(bug.breaks))) {
                return;
            }
        }
        throw new AssertionError(bug + " survived " + SEEDS_FOR_A_MUTANT + " seeds");
    }
}
