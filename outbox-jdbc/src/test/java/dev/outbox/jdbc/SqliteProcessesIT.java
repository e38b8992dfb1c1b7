package dev.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.testservers.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Several processes work on one file: this one publishes, others relay, one of them is killed, one stands still for longer than its lease. */
class SqliteProcessesIT {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final int KEYS = 20;
    private static final int MESSAGES = 900;

    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    @TempDir
    Path directory;

    private final JdbcOutbox outbox = database.outbox();

    private ChildJvm relay(String name) {
        return ChildJvm.of(SqliteRelayMain.class)
                .options("-Xmx128m")
                .systemProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn")
                .arguments(database.url(SqliteDatabase.SETTINGS), "shop_", name, sink().toString())
                .start();
    }

    private Path sink() {
        return directory.resolve("arrived");
    }

    private void publish(int from, int to) {
        for (int i = from; i < to; i += 3) {
            List<Message> messages = IntStream.range(i, i + 3)
                    .mapToObj(number ->
                            Message.to("orders").key("key-" + number % KEYS).text("" + number))
                    .toList();
            outbox.transaction(tx -> {
                outbox.publish(tx, messages);
                return true;
            });
        }
    }

    private List<String> arrived() {
        try {
            return Files.exists(sink()) ? Files.readAllLines(sink(), UTF_8) : List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void awaitArrived(int count) {
        await(count + " messages arrived", () -> arrived().stream().distinct().count() >= count);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s within %s", what, BOUND).isLessThan(deadline);
            Passing.pass(Duration.ofMillis(20));
        }
    }

    @Test
    void g1_g3_relaysOfSeveralProcessesLoseAndReorderNothing() {
        try (ChildJvm killed = relay("killed");
                ChildJvm stopped = relay("stopped");
                ChildJvm last = relay("last")) {
            publish(0, 300);
            awaitArrived(150);
            killed.kill9();
            publish(300, 600);
            awaitArrived(450);
            stopped.sigstop();
            Passing.pass(SqliteRelayMain.LEASE.multipliedBy(2));
            stopped.sigcont();
            publish(600, MESSAGES);
            awaitArrived(MESSAGES);
            await("nothing is pending", () -> database.count("outbox_message") + database.count("outbox_parked") == 0);
            assertThat(last.isRunning()).isTrue();
        }
        Map<String, List<Integer>> byKey = new HashMap<>();
        arrived().stream()
                .distinct()
                .forEach(line -> byKey.computeIfAbsent(line.split(" ", 2)[0], key -> new ArrayList<>())
                        .add(Integer.parseInt(line.split(" ", 2)[1])));
        assertThat(byKey).hasSize(KEYS);
        byKey.forEach((key, numbers) -> assertThat(numbers)
                .as("first occurrences of %s, in order", key)
                .hasSize(MESSAGES / KEYS)
                .isSorted());
    }
}
