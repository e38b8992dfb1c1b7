package dev.outbox.faults.load;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A process that drains so many messages and says how long that took. Arguments: JDBC URL, user, password, messages. */
final class DrainProgram {
    private DrainProgram() {}

    public static void main(String[] arguments) {
        long messages = Long.parseLong(arguments[3]);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(arguments[0]);
        config.setUsername(arguments[1]);
        config.setPassword(arguments[2]);
        config.setMaximumPoolSize(3);
        Counter counter = new Counter();
        long begin = System.nanoTime();
        try (HikariDataSource pool = new HikariDataSource(config);
                Relay relay =
                        Relay.from(JdbcOutbox.on(pool).store()).to(counter).start()) {
            while (counter.count() < messages && relay.state() == Relay.State.RUNNING) {
                Passing.pass(Duration.ofMillis(20));
            }
        }
        System.out.printf("drained %d in %.1f s%n", counter.count(), Figures.seconds(System.nanoTime() - begin));
    }

    /** Confirms all, and keeps nothing but their number. */
    private static final class Counter implements Transport {
        private final AtomicLong count = new AtomicLong();

        long count() {
            return count.get();
        }

        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            for (Outgoing sending : batch) {
                count.incrementAndGet();
                outcomes.onOutcome(sending.token(), Outcome.CONFIRMED);
            }
        }

        @Override
        public void close() {}
    }
}
