package dev.outbox.faults.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** G6: a consumer of a new name reads from the beginning, duplicates of a killed relay included, and makes the read model that the first one made. */
@Timeout(600)
class RebuildFaultIT {
    private static final String NEW = "analytics";
    private static final int MESSAGES = 4_000;
    private static final int KEYS = 100;
    /** Of each key: how many effects, and a digest of all of them in their order. */
    private static final String MODEL =
            "SELECT message_key || ' ' || count(*) || ' ' || md5(string_agg(hash, ' ' ORDER BY number))"
                    + " FROM effect WHERE consumer = '%s' GROUP BY message_key ORDER BY message_key";

    @ParameterizedTest
    @EnumSource(
            value = Broker.class,
            names = {"KAFKA", "REDIS"})
    void g6_aNewConsumerFromTheEarliestMessageOnMakesTheSameReadModel(Broker broker) {
        try (Pipeline pipeline = new Pipeline(broker, Pipeline.CONSUMER, NEW)) {
            pipeline.startConsumer("one");
            Publishing publishing = new Publishing(pipeline.books, "key-", KEYS, 5);
            publishing.publishAll(MESSAGES, 500);
            pipeline.startRelay();
            pipeline.awaitThat(
                    "the relay is amid its work",
                    Pipeline.BOUND,
                    () -> pipeline.books.count("outbox_message") < MESSAGES);
            pipeline.relay().kill9();
            pipeline.startRelay();
            pipeline.awaitEffects(Pipeline.CONSUMER, MESSAGES, Pipeline.BOUND);

            pipeline.startConsumer(pipeline.setup.instance("new").consumer(NEW));
            pipeline.awaitEffects(NEW, MESSAGES, Pipeline.BOUND);
            pipeline.awaitAcknowledged(NEW);

            List<String> first = model(pipeline, Pipeline.CONSUMER);
            Pipeline.report(
                    "read model of %d keys made anew from %d messages, %d of them duplicates",
                    first.size(),
                    pipeline.broker.appended(Messages.DESTINATION),
                    pipeline.broker.appended(Messages.DESTINATION) - MESSAGES);
            assertThat(first).hasSize(KEYS);
            assertThat(model(pipeline, NEW)).isEqualTo(first);
            assertThat(pipeline.books.wrong(Pipeline.CONSUMER)).isEmpty();
            assertThat(pipeline.books.wrong(NEW)).isEmpty();
        }
    }

    private static List<String> model(Pipeline pipeline, String consumer) {
        return pipeline.books.column(MODEL.formatted(consumer));
    }
}
