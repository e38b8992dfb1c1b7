package dev.outbox.faults.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * G1 to G8: nothing is lost, doubled, reordered, made up, dead or stuck while processes, servers and the ways between them fail, by what {@link FaultRun} does. Only with
 * {@code -Dlong=true}: a minute for each of four pairs of a database and a broker, another with {@code -Dfaults.seconds=N}. {@code dev/faults} is the same as a program.
 */
@Timeout(3_600)
@EnabledIfSystemProperty(named = "long", matches = "true")
class FaultMixIT {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("faults.seconds", 60));
    private static final long SEED = 3;
    /** Generous: how long recovery takes on a quiet machine is what {@code dev/faults} shows. */
    private static final Duration BOUND = Duration.ofSeconds(180);

    @ParameterizedTest
    @CsvSource({"POSTGRESQL, REDIS", "POSTGRESQL, KAFKA", "POSTGRESQL, RABBITMQ", "MARIADB, KAFKA"})
    void g6_eachCommittedMessageHasOneEffectInTheOrderOfItsKeyWhateverFails(DatabaseKind database, Broker broker) {
        Verdict verdict = FaultRun.of(Plan.of(database, broker, LENGTH, SEED), BOUND);

        verdict.summary().forEach(line -> Pipeline.report("%s", line));
        assertThat(verdict.violations())
                .as(() -> String.join("\n", verdict.report()))
                .isEmpty();
    }
}
