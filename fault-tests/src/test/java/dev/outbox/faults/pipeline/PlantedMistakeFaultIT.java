package dev.outbox.faults.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The check of {@link FaultRun} finds processes that break one promise: a mistake in the tests' own code, and only such faults as bring it to light. Only with
 * {@code -Dlong=true}, up to three minutes for each mistake.
 */
@Timeout(3_600)
@EnabledIfSystemProperty(named = "long", matches = "true")
class PlantedMistakeFaultIT {
    private static final Duration LENGTH = Duration.ofSeconds(30);
    private static final long SEED = 1;

    @ParameterizedTest
    @EnumSource(
            value = Mistake.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE"})
    void theCheckNamesWhatAMistakeBreaks(Mistake mistake) {
        Plan plan = Plan.of(DatabaseKind.POSTGRESQL, Broker.REDIS, LENGTH, SEED).mistake(mistake);

        Verdict verdict = FaultRun.of(plan);

        verdict.summary().forEach(line -> Pipeline.report("%s", line));
        assertThat(verdict.violations().keySet())
                .as(() -> String.join("\n", verdict.report()))
                .containsAll(mistake.found());
    }
}
