package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.Fetched;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresVisibilityIT extends VisibilityBehaviour {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    void checkFloors(Drain drain) {
        assertThat(drain.highestFloor()).isPositive();
    }

    @Test
    void theHorizonReachesTheLastPositionWhenAllWritersHaveEnded() {
        outbox.transaction(tx -> {
            outbox.publish(tx, message("k"), message("k"));
            return true;
        });
        Fetched fetched = fetch(0, 0);
        long last = rows(fetched).get(1).position();
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (fetched.horizon() < last) {
            assertThat(System.nanoTime())
                    .as("the horizon is raised within a minute")
                    .isLessThan(deadline);
            Passing.pass(Duration.ofMillis(20));
            fetched = fetch(0, 0);
        }
        assertThat(fetched.horizon()).isEqualTo(last);
    }

    @Test
    void theIncarnationChangesWhenPositionsMayBeginAnew() {
        String before = fetch(0, 0).incarnation();
        assertThat(fetch(0, 0).incarnation()).isEqualTo(before);
        database.execute("TRUNCATE " + database.table("outbox_message") + " RESTART IDENTITY");
        Fetched after = fetch(0, 0);
        assertThat(after.incarnation()).isNotEqualTo(before);
        assertThat(after.horizon()).isZero();
    }

    /** RULES 6: the transaction's id has to be taken before the position. */
    @Test
    void theColumnOfTheTransactionStandsBeforeThePosition() {
        String columns = "SELECT attnum FROM pg_attribute WHERE attrelid = '" + database.table("outbox_message")
                + "'::regclass AND attname = ";
        assertThat(database.number(columns + "'xid'")).isLessThan(database.number(columns + "'position'"));
        assertThat(database.number("SELECT seqcache FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence('"
                        + database.table("outbox_message") + "', 'position')::regclass"))
                .isEqualTo(1);
    }
}
