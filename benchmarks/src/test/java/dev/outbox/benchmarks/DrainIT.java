package dev.outbox.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A short form of {@link DrainComparison} for every database and every destination, so that none of them rots: no bars, but each drain counts what has arrived and what is
 * left. {@code dev/benchmark drain} is the long form.
 */
@Timeout(600)
class DrainIT {
    private static final Workload FEW = new Workload(500, 50, 1_024);

    @ParameterizedTest(name = "{0}")
    @EnumSource(Destination.Kind.class)
    void messagesOfEveryDatabaseArriveEachOnce(Destination.Kind kind) throws InterruptedException {
        try (Destination destination = Destination.open(kind)) {
            for (BenchmarkDatabase.Kind databaseKind : BenchmarkDatabase.Kind.values()) {
                try (BenchmarkDatabase database = BenchmarkDatabase.open(databaseKind)) {
                    DrainPair pair = new DrainPair(database, destination, FEW);
                    assertThat(pair.relay()).as("relay from " + databaseKind).isPositive();
                    assertThat(pair.minimum()).as("loop from " + databaseKind).isPositive();
                    assertThat(pair.minimumOfFullMessages())
                            .as("loop of full messages from " + databaseKind)
                            .isPositive();
                    assertThat(pair.overlapped())
                            .as("overlapped loop from " + databaseKind)
                            .isPositive();
                }
            }
        }
    }
}
