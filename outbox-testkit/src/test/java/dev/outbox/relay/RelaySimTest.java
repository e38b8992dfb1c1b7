package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * G1 to G5 and G8 to G12 of the relay, under every mixture of faults that the seeds draw. {@code -Dsim.seeds=N} runs more of them, {@code -Dsim.first=S} others,
 * {@code -Dsim.seed=S} a single one, and {@code -Dsim.trace=m1,m2} tells the story of those messages.
 */
class RelaySimTest {
    private static final int SEEDS = 2_000;
    private static final Set<Fault> NONE = EnumSet.noneOf(Fault.class);

    @Test
    void g1ToG12HoldUnderEveryMixtureOfFaults() {
        Long single = Long.getLong("sim.seed");
        int count = single != null ? 1 : Integer.getInteger("sim.seeds", SEEDS);
        long first = single != null ? single : Long.getLong("sim.first", 1);

        Seeds seeds = Seeds.run(first, count, NONE, Plant::new, result -> false);

        System.out.println(seeds.table());
        assertThat(seeds.failures().stream()
                        .limit(5)
                        .map(RelaySimTest::describe)
                        .toList())
                .isEmpty();
        if (count >= SEEDS) {
            assertEveryFaultHappens(seeds);
        }
    }

    private static void assertEveryFaultHappens(Seeds seeds) {
        for (Fault fault : Fault.values()) {
            if (fault != Fault.SMALL_LIMITS) {
                assertThat(seeds.eventsOf(fault)).as("events of %s", fault).isGreaterThan(SEEDS / 20);
            }
            assertThat(seeds.seedsWith(fault)).as("seeds with %s", fault).isGreaterThan(seeds.runs() / 5);
        }
    }

    @Test
    void aSeedDecidesEverythingThatHappens() {
        for (long seed = 1; seed <= 20; seed++) {
            Simulation.Result once = Simulation.run(seed, NONE, new Plant());
            Simulation.Result again = Simulation.run(seed, NONE, new Plant());
            assertThat(List.of(again.events(), again.endNanos(), again.arrivals(), again.injected()))
                    .as("seed %d", seed)
                    .isEqualTo(List.of(once.events(), once.endNanos(), once.arrivals(), once.injected()));
        }
    }

    static String describe(Simulation.Result result) {
        return result.scenario() + "\n  " + String.join("\n  ", result.violations())
                + "\n  reproduce: mvn -o test -pl outbox-testkit -Dtest=RelaySimTest -Dsim.seed="
                + result.scenario().seed
                + "\n";
    }
}
