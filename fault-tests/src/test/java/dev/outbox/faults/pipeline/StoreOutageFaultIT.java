package dev.outbox.faults.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G9: the database of the dead letters is down, and killed with it a consumer, while messages fail for good whose effects would be in another one. */
@Timeout(600)
class StoreOutageFaultIT {
    private static final int ROUND = 300;
    private static final int KEYS = 50;
    private static final int REJECTED = 20;

    @Test
    void g9_nothingIsAcknowledgedWhoseDeadLetterIsNotStoredAndNothingIsLost() {
        try (PostgresServer server = PostgresServer.start();
                Database database = server.createDatabase();
                Pipeline pipeline = new Pipeline(Broker.KAFKA)) {
            Place place = Place.of(database);
            createStore(place);
            Setup setup = pipeline.setup.store(place);
            pipeline.startRelay();
            pipeline.startConsumer(setup.instance("one"));
            Publishing publishing = new Publishing(pipeline.books, "key-", KEYS, 4);
            publishRound(publishing, "first-");
            pipeline.awaitEffects(Pipeline.CONSUMER, ROUND, Pipeline.BOUND);
            awaitDead(pipeline, place, REJECTED);
            pipeline.awaitAcknowledged(Pipeline.CONSUMER);

            server.kill();
            publishRound(publishing, "second-");
            pipeline.awaitThat(
                    "all is at the broker", Pipeline.BOUND, () -> pipeline.books.count("outbox_message") == 0);
            pipeline.consumer("one").awaitLine(line -> line.startsWith("store failure"), Pipeline.BOUND);
            long heldBack = pipeline.broker.unfinished(Messages.DESTINATION, Pipeline.CONSUMER);
            pipeline.consumer("one").kill9();
            pipeline.startConsumer(setup.instance("one"))
                    .awaitLine(line -> line.startsWith("store failure"), Pipeline.BOUND);
            long heldBackStill = pipeline.broker.unfinished(Messages.DESTINATION, Pipeline.CONSUMER);

            server.restart();
            pipeline.awaitEffects(Pipeline.CONSUMER, 2L * ROUND, Pipeline.BOUND);
            awaitDead(pipeline, place, 2 * REJECTED);
            pipeline.awaitAcknowledged(Pipeline.CONSUMER);
            Pipeline.report(
                    "store of dead letters down: %d and %d messages not acknowledged meanwhile, %d dead letters afterwards",
                    heldBack, heldBackStill, 2 * REJECTED);
            assertThat(List.of(heldBack, heldBackStill))
                    .as("not acknowledged while the store is down")
                    .allSatisfy(count -> assertThat(count).isGreaterThanOrEqualTo(REJECTED));
            assertNothingIsLost(pipeline, place);
        }
    }

    private static void createStore(Place place) {
        try (Books store = new Books(place)) {
            assertThat(store.leftOver()).isEmpty();
        }
    }

    private static void publishRound(Publishing publishing, String keys) {
        for (int i = 0; i < REJECTED; i++) {
            publishing.publishAll(ROUND / REJECTED, 5);
            publishing.publishOne(keys + i, Messages.REJECTED);
        }
    }

    private static void awaitDead(Pipeline pipeline, Place place, int count) {
        try (var pool = place.pool("check")) {
            JdbcOutbox store = JdbcOutbox.on(pool);
            pipeline.awaitThat(
                    count + " dead letters",
                    Pipeline.BOUND,
                    () -> store.deadLetters().count(dev.outbox.spi.DeadLetterQuery.all()) == count);
        }
    }

    private static void assertNothingIsLost(Pipeline pipeline, Place place) {
        List<String> rejected = pipeline.books.column("SELECT message_id FROM published WHERE type = 'rejected'");
        try (var pool = place.pool("check")) {
            assertThat(JdbcOutbox.on(pool)
                            .deadLetters()
                            .list(dev.outbox.spi.DeadLetterQuery.all().limit(1_000)))
                    .extracting(letter -> letter.message().id())
                    .containsExactlyInAnyOrderElementsOf(rejected);
        }
        pipeline.books.execute("DELETE FROM published WHERE type = 'rejected'");
        assertThat(pipeline.books.wrong(Pipeline.CONSUMER)).isEmpty();
    }
}
