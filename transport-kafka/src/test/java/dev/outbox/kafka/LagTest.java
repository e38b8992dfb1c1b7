package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;

class LagTest {
    private final Lag lag = new Lag(IsolationLevel.READ_COMMITTED);

    /** There is nothing to ask the brokers for without partitions. */
    private void step() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "localhost:1"))) {
            lag.step(List.of(), admin, System.nanoTime());
        }
    }

    @Test
    void withoutPartitionsThereIsNoLagOnlyIfItIsKnownThatThereAreNone() {
        assertThat(lag.figure()).isEmpty();
        step();
        assertThat(lag.figure()).as("before the first assignment").isEmpty();

        lag.assigned();
        step();
        assertThat(lag.figure()).as("a member that has none").hasValue(0);

        lag.unassigned();
        assertThat(lag.figure()).as("lost").isEmpty();
        step();
        assertThat(lag.figure()).as("still lost").isEmpty();
    }
}
