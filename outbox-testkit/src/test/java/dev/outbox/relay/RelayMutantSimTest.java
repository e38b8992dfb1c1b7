package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation has teeth: it catches every relay that has one of the {@link Mutant}s' bugs, and the build fails when one survives. */
class RelayMutantSimTest {
    private static final int SEEDS = 2_000;

    @ParameterizedTest
    @EnumSource
    void aPlantedBugIsCaught(Mutant mutant) {
        Seeds seeds = Seeds.run(1, SEEDS, mutant.faults, mutant.plants, mutant::isCaught);

        List<Simulation.Result> caught =
                seeds.failures().stream().filter(mutant::isCaught).toList();
        assertThat(caught)
                .as("runs of %s that violate %s", mutant, mutant.guarantee)
                .isNotEmpty();
        System.out.printf(
                "%-26s caught by seed %d: %s%n",
                mutant,
                caught.get(0).scenario().seed,
                mutant.caught(caught.get(0)).orElseThrow());
    }
}
