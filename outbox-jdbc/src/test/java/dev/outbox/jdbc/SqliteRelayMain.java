package dev.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process with a relay: (URL, prefix of the tables, name, file that takes what is sent, a line each). Ends when it is killed. */
final class SqliteRelayMain implements Transport {
    static final Duration LEASE = Duration.ofSeconds(2);

    private final Path sink;

    private SqliteRelayMain(Path sink) {
        this.sink = sink;
    }

    public static void main(String[] arguments) throws InterruptedException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(arguments[0]);
        config.setMaximumPoolSize(4);
        HikariDataSource pool = new HikariDataSource(config);
        JdbcOutbox outbox = JdbcOutbox.on(pool, JdbcOptions.defaults().tablePrefix(arguments[1]));
        Relay.from(outbox.store())
                .to(new SqliteRelayMain(Path.of(arguments[3])))
                .name(arguments[2])
                .options(RelayOptions.defaults().lease(LEASE).memory(50, 200, 1_000_000))
                .start();
        new CountDownLatch(1).await();
    }

    /** Each line is one write at the end of the file, so those of several processes do not mix. */
    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        for (Outgoing sending : batch) {
            String line = sending.message().key().orElseThrow() + " "
                    + sending.message().payload().toUtf8String() + "\n";
            try {
                Files.write(sink, line.getBytes(UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            outcomes.onOutcome(sending.token(), Outcome.CONFIRMED);
        }
    }

    @Override
    public void close() {
        // Opens the file for each line.
    }
}
