package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/**
 * Tables are brought to the next version while the library works with them, as in a rolling deployment: instances that know the version before as their newest run beside those
 * that know the next. What the two versions of the library ask of the tables is checked throughout, by what each calls a difference.
 */
abstract class SchemaUpgradeBehaviour {
    private static final int MESSAGES = 300;

    abstract TestDatabase database();

    private Schema schema(int newest) {
        return new Schema(new Database(database().dataSource(), database().options()), newest);
    }

    @Test
    void g1_g3_anUpgradeUnderLoadLosesAndReordersNothing() {
        Schema older = schema(Schema.NEWEST - 1);
        Schema newer = schema(Schema.NEWEST);
        older.apply();
        List<String> differences = new CopyOnWriteArrayList<>();
        try (LoadedOutbox load = LoadedOutbox.start(database().bare(), 3)) {
            load.awaitMore(MESSAGES);
            List<Thread> instances = new ArrayList<>(IntStream.range(0, 3)
                    .mapToObj(i -> new Thread(newer::apply))
                    .toList());
            instances.add(new Thread(() -> IntStream.range(0, 10).forEach(i -> {
                differences.addAll(older.differences());
                differences.addAll(newer.differences());
            })));
            instances.forEach(Thread::start);
            instances.forEach(Threads::join);
            assertThat(newer.version()).isEqualTo(Schema.NEWEST);
            load.awaitMore(MESSAGES);
            load.stop();
        }
        assertThat(differences).isEmpty();
        assertThat(newer.differences()).isEmpty();
        assertThat(older.differences()).isEmpty();
    }

    /** Another outbox: another tenant's, or another application's. */
    @Test
    void g5_outboxesOfDifferentPrefixesShareADatabaseAndNothingElse() {
        DataSource dataSource = database().dataSource();
        JdbcOutbox first = JdbcOutbox.on(dataSource, database().options().tablePrefix("a_"));
        JdbcOutbox second = JdbcOutbox.on(dataSource, database().options().tablePrefix("a_outbox_"));
        first.schema().apply();
        assertThat(second.schema().differences()).hasSize(9).allMatch(text -> text.endsWith("is missing"));
        second.schema().apply();
        try (LoadedOutbox one = LoadedOutbox.start(first, 2);
                LoadedOutbox other = LoadedOutbox.start(second, 2)) {
            one.awaitMore(MESSAGES);
            other.awaitMore(MESSAGES);
            one.stop();
            other.stop();
        }
        assertThat(Accepting.accept(first, "c", "id")).isTrue();
        assertThat(Accepting.accept(second, "c", "id")).isTrue();
        assertThat(first.deadLetters()
                        .discard(dev.outbox.spi.DeadLetterQuery.all().limit(10_000)))
                .isPositive();
        assertThat(second.inspection().census(10).dead()).isNotEmpty();
        assertThat(first.schema().differences()).isEmpty();
        assertThat(second.schema().differences()).isEmpty();
    }
}
