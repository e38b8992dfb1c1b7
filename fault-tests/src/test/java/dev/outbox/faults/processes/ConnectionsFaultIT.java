package dev.outbox.faults.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.testservers.PostgresServer;
import java.sql.SQLException;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many connections a relay process uses: counted in the database while it works, fails, retries, and loses all of them. */
@Timeout(300)
class ConnectionsFaultIT {
    private static final String RELAY = "one";
    private static final int MOST = 2;

    @Test
    void g12_aRelayHasTwoConnectionsAtMost() throws Exception {
        try (Cluster cluster = new Cluster(PostgresServer.shared())) {
            cluster.startAll(RELAY);
            cluster.history.disturbed();
            TreeMap<Integer, Integer> samples;
            try (Sampling sampling = new Sampling(cluster.leases)) {
                cluster.load.failing(20);
                cluster.load.start();
                cluster.awaitPublished(1_000);
                cluster.leases.terminate(RELAY);
                cluster.calmAfter(1_000);
                samples = sampling.end();
            }

            Cluster.report("connections of a relay process: samples by their number %s", samples);
            cluster.check();
            assertThat(samples.lastKey())
                    .as("connections, by samples %s", samples)
                    .isLessThanOrEqualTo(MOST);
            assertThat(samples.values().stream().mapToInt(Integer::intValue).sum())
                    .as("samples")
                    .isGreaterThan(20);
        }
    }

    /** Counts the connections every 10 ms. */
    private static final class Sampling implements AutoCloseable {
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final TreeMap<Integer, Integer> samples = new TreeMap<>();
        private final AtomicReference<SQLException> failure = new AtomicReference<>();

        Sampling(Leases leases) {
            clock.scheduleAtFixedRate(() -> sample(leases), 0, 10, TimeUnit.MILLISECONDS);
        }

        private void sample(Leases leases) {
            try {
                samples.merge(leases.connections(RELAY), 1, Integer::sum);
            } catch (SQLException failed) {
                failure.compareAndSet(null, failed);
            }
        }

        TreeMap<Integer, Integer> end() throws SQLException {
            clock.shutdown();
            await("the last sample").atMost(Cluster.BOUND).until(clock::isTerminated);
            SQLException failed = failure.get();
            if (failed != null) {
                throw failed;
            }
            return samples;
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }
    }
}
