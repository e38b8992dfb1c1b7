package dev.outbox.faults.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.testservers.ChildJvm;
import dev.outbox.testservers.Database;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G12: 100,000 messages of 1 KB drain in a process with a heap of 64 MB; a million with {@code -Dlong=true}. */
@Timeout(600)
class SmallHeapLoadIT {
    private static final int MESSAGES = Boolean.getBoolean("long") ? 1_000_000 : 100_000;

    @Test
    void g12_aBacklogManyTimesTheHeapDrains() {
        try (LoadDatabase database = LoadDatabase.create()) {
            new Backlog("d", Backlog.keys("key", 1_000), MESSAGES, 1_024).fill(database);
            database.settleDown();
            Database server = database.server();
            try (ChildJvm relay = ChildJvm.of(DrainProgram.class)
                    .options("-Xmx64m", "-XX:+ExitOnOutOfMemoryError")
                    .arguments(server.jdbcUrl(), server.user(), server.password(), String.valueOf(MESSAGES))
                    .start()) {
                String line = relay.awaitLine(l -> l.startsWith("drained "), Duration.ofMinutes(5));
                Figures.print("heap of 64 MB: %s", line);
                assertThat(relay.awaitExit(Duration.ofSeconds(30))).isZero();
                assertThat(line).startsWith("drained " + MESSAGES + " in");
            }
            assertThat(database.count("outbox_message")).isZero();
        }
    }
}
