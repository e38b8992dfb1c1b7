package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.Slot;
import dev.outbox.testservers.ChildJvm;
import dev.outbox.testservers.Database;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * G12: 200,000 messages of one key, which is read apart from the others, stand in MariaDB, and a process with a heap of 64 MB passes over them and drains them: the first 30,000, and with
 * {@code -Dlong=true} all.
 */
@Timeout(900)
class MariaDbHotKeyLoadIT {
    private static final int HOT = 200_000;
    private static final int DRAINED = Boolean.getBoolean("long") ? HOT : 30_000;
    private static final String KEY = "hot";

    @Test
    void g12_aHotKeysBacklogManyTimesTheHeapIsPassedOver() {
        try (MariaDbLoadDatabase database = new MariaDbLoadDatabase()) {
            database.execute(
                    "INSERT INTO outbox_message (slot, id, destination, message_key, type, content_type, payload)"
                            + " SELECT " + Slot.of(KEY) + ", CONCAT('" + KEY + "#', seq), 'd', '" + KEY
                            + "', 'Loaded', 'text/plain', REPEAT('x', 20) FROM seq_1_to_" + HOT);
            Database server = database.server();
            try (ChildJvm relay = ChildJvm.of(DrainProgram.class)
                    .options("-Xmx64m", "-XX:+ExitOnOutOfMemoryError")
                    .arguments(server.jdbcUrl(), server.user(), server.password(), String.valueOf(DRAINED))
                    .start()) {
                String line = relay.awaitLine(l -> l.startsWith("drained "), Duration.ofMinutes(12));
                Figures.print("MariaDB, a hot key of %d, heap of 64 MB: %s", HOT, line);
                assertThat(relay.awaitExit(Duration.ofMinutes(1))).isZero();
                assertThat(Long.parseLong(line.split(" ", -1)[1])).isGreaterThanOrEqualTo(DRAINED);
            }
            assertThat(database.count("outbox_message")).isLessThanOrEqualTo(HOT - DRAINED);
            assertThat(database.count("outbox_dead_letter") + database.count("outbox_parked"))
                    .isZero();
        }
    }
}
