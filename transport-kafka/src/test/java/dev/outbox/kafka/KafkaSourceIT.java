package dev.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Source;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.ErrorOutput;
import dev.outbox.testservers.KafkaServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Positions, members, beginnings and odd records, seen from the broker's side too. */
@Timeout(240)
class KafkaSourceIT {
    private static KafkaServer server;
    private static Cluster cluster;

    private final List<Source> sources = new ArrayList<>();
    private String topic;
    private String group;

    @BeforeAll
    static void connect() {
        server = KafkaServer.shared();
        cluster = new Cluster(server.bootstrapServers());
    }

    @AfterAll
    static void disconnect() {
        cluster.close();
    }

    @BeforeEach
    void createTopic() {
        topic = server.createTopic(1);
        group = "group-of-" + topic;
    }

    @AfterEach
    void closeSources() {
        sources.forEach(Source::close);
        Awaitility.reset();
    }

    @Test
    void g2_noPositionPassesAnUnfinishedDelivery() {
        cluster.write(topic, 0, texts(100));
        TestSink sink = new TestSink(group);
        KafkaSource source = start(source().build(), sink);
        List<Incoming> got = sink.await(100);

        TestSink.finish(source, got.subList(0, 10));
        source.acknowledge(got.subList(11, 100));
        cluster.write(topic, 0, "one more");
        sink.await(101);
        Publishing.pause(Duration.ofMillis(500)); // time for several commits
        assertThat(cluster.position(group, topic, 0)).isEqualTo(10);
        TestSink.finish(source, got.subList(10, 11));
        assertThat(cluster.position(group, topic, 0)).isEqualTo(100);
    }

    @Test
    void g2_anErrorEndsTheSourceAndAnotherTakesOver() {
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        cluster.write(topic, 0, "x");
        TestSink failing = new TestSink(group);
        failing.fail(new LinkageError("thrown by a test"));
        KafkaSource ending;
        try (ErrorOutput output = new ErrorOutput()) {
            ending = start(source().build(), failing);
            Awaitility.await("the consumer knows that it has the partition no more")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> failing.lost().size() == 1);
            assertThat(output.lines("an error has ended its thread")).isEqualTo(1);
        }
        assertThat(ending.lag()).isEmpty();
        TestSink heir = new TestSink(group);
        start(source().build(), heir);
        assertThat(heir.await(1)).allMatch(Incoming::redelivered);
    }

    @Test
    void aHandlerSlowerThanThePollIntervalCostsNoMembership() {
        cluster.write(topic, 0, texts(3));
        TestSink sink = new TestSink(group);
        KafkaSource source =
                start(source().property("max.poll.interval.ms", 3_000).build(), sink);
        List<Incoming> got = sink.await(3);
        var members = cluster.group(group).members();
        source.pause();

        Publishing.pause(Duration.ofMillis(6_500));

        assertThat(sink.revoked()).isEmpty();
        assertThat(sink.lost()).isEmpty();
        assertThat(cluster.group(group).members()).isEqualTo(members).hasSize(1);
        source.resume();
        TestSink.finish(source, got);
        assertThat(cluster.position(group, topic, 0)).isEqualTo(3);
    }

    @Test
    void whatSlowHandlersHaveOnTheirHandsAtARebalanceTheyMayFinish() {
        topic = server.createTopic(2);
        cluster.write(topic, 0, texts(5));
        cluster.write(topic, 1, texts(5));
        CompletableFuture<Void> ended = new CompletableFuture<>();
        TestSink first = new TestSink(group, ended);
        KafkaSource source = start(source().build(), first);
        List<Incoming> got = first.await(10);

        TestSink second = new TestSink(group);
        start(source().build(), second);
        soon("a revocation").until(() -> !first.revoked().isEmpty());
        source.acknowledge(got);
        assertThat(second.got()).isEmpty();
        ended.complete(null);

        soon("the partition is given away").until(() -> first.lost().equals(first.revoked()));
        int moved = Integer.parseInt(first.revoked().get(0).substring(topic.length() + 1));
        cluster.write(topic, moved, "after");
        second.await(1);
        assertThat(second.texts()).containsExactly("after");
        assertThat(second.got().get(0).redelivered()).isFalse();
    }

    @Test
    void whoTakesTooLongAtARebalanceIsNotWaitedForAndWhatItSaysLaterCountsForNothing() {
        topic = server.createTopic(2);
        cluster.write(topic, 0, texts(5));
        cluster.write(topic, 1, texts(5));
        TestSink first = new TestSink(group, new CompletableFuture<>());
        KafkaSource source = start(source().drainTimeout(Duration.ofMillis(500)).build(), first);
        List<Incoming> got = first.await(10);

        TestSink second = new TestSink(group);
        start(source().build(), second);
        second.await(5);
        source.acknowledge(got);

        assertThat(second.got()).hasSize(5);
        String moved = first.lost().get(0);
        assertThat(second.got()).allMatch(incoming -> incoming.group().equals(moved));
        int partition = Integer.parseInt(moved.substring(topic.length() + 1));
        soon("the other partition's position").until(() -> cluster.position(group, topic, 1 - partition) == 5);
        assertThat(cluster.position(group, topic, partition)).isZero();
    }

    @Test
    void g8_afterAnOrderlyEndNothingIsSuspected() {
        cluster.write(topic, 0, texts(10));
        TestSink first = new TestSink(group);
        KafkaSource source = start(source().build(), first);
        TestSink.finish(source, first.await(10).subList(0, 4));
        source.close();

        TestSink second = new TestSink(group);
        start(source().build(), second);
        assertThat(second.await(6)).noneMatch(Incoming::redelivered);
        assertThat(second.texts()).containsExactly(texts(5, 10));
    }

    @Test
    void aStaticMemberThatRestartsGetsItsPartitionBackAndNobodyNotices() {
        topic = server.createTopic(2);
        TestSink a = new TestSink(group);
        KafkaSource first = start(source().staticMember("a").build(), a);
        TestSink b = new TestSink(group);
        start(source().staticMember("b").build(), b);
        soon("a partition each").until(() -> owners().size() == 2);
        Map<String, String> before = owners();
        int revoked = a.revoked().size() + b.revoked().size();

        first.close();
        cluster.write(topic, 0, "x");
        cluster.write(topic, 1, "y");
        TestSink again = new TestSink(group);
        start(source().staticMember("a").build(), again);

        again.await(1);
        b.await(1);
        assertThat(owners()).isEqualTo(before);
        assertThat(a.revoked().size() + b.revoked().size()).isEqualTo(revoked);
        assertThat(b.lost().size()).isEqualTo(b.revoked().size());
    }

    private Map<String, String> owners() {
        Map<String, String> owners = new TreeMap<>();
        cluster.group(group).members().forEach(member -> {
            if (!member.assignment().topicPartitions().isEmpty()) {
                owners.put(
                        member.groupInstanceId().orElse(""),
                        member.assignment().topicPartitions().toString());
            }
        });
        return owners;
    }

    @Test
    void theGroupBeginsWhereItWasToldTo() {
        cluster.write(new ProducerRecord<>(topic, 0, 1_000L, null, "at 1".getBytes(UTF_8)));
        cluster.write(new ProducerRecord<>(topic, 0, 2_000L, null, "at 2".getBytes(UTF_8)));
        TestSink latest = new TestSink("latest-" + group);
        KafkaSource source =
                start(source().group("latest-" + group).fromLatest().build(), latest);
        soon("a position").until(() -> cluster.position("latest-" + group, topic, 0) == 2);
        cluster.write(new ProducerRecord<>(topic, 0, 3_000L, null, "at 3".getBytes(UTF_8)));

        TestSink earliest = new TestSink("earliest-" + group);
        start(source().group("earliest-" + group).build(), earliest);
        TestSink atTime = new TestSink("time-" + group);
        start(source().group("time-" + group).from(Instant.ofEpochMilli(1_500)).build(), atTime);

        earliest.await(3);
        atTime.await(2);
        latest.await(1);
        assertThat(earliest.texts()).containsExactly("at 1", "at 2", "at 3");
        assertThat(atTime.texts()).containsExactly("at 2", "at 3");
        assertThat(latest.texts()).containsExactly("at 3");
        assertThat(latest.got().get(0).appendedAt()).contains(Instant.ofEpochMilli(3_000));
        assertThat(source.troubles()).isEmpty();
    }

    @Test
    void g2_aPartitionThatIsAddedLaterIsReadFromItsFirstRecordAlsoByWhoBeganWithTheLatest() {
        cluster.write(topic, 0, "before");
        TestSink sink = new TestSink(group);
        start(source().fromLatest().property("metadata.max.age.ms", 500).build(), sink);
        soon("a position").until(() -> cluster.position(group, topic, 0) == 1);

        cluster.addPartitions(topic, 2);
        cluster.write(topic, 1, "one", "two");

        sink.await(2);
        assertThat(sink.texts()).containsExactly("one", "two");
    }

    @Test
    void whatRetentionHasDeletedIsPassedOver() {
        cluster.write(topic, 0, texts(10));
        cluster.deleteRecords(topic, 0, 3);
        TestSink first = new TestSink(group);
        KafkaSource source = start(source().build(), first);
        TestSink.finish(source, first.await(7).subList(0, 2));
        source.close();
        assertThat(cluster.position(group, topic, 0)).isEqualTo(5);
        cluster.deleteRecords(topic, 0, 8);

        TestSink careful = new TestSink(group);
        KafkaSource stopping = start(source().stopWhenRecordsAreGone().build(), careful);
        soon("the trouble").until(() -> stopping.troubles().toString().contains("is not read any more"));
        stopping.close();
        assertThat(careful.got()).isEmpty();
        assertThat(cluster.position(group, topic, 0)).isEqualTo(5);

        TestSink second = new TestSink(group);
        start(source().build(), second);
        second.await(2);
        assertThat(second.texts()).containsExactly("9", "10");
    }

    @Test
    void aMissingTopicIsNamedAndReadAsSoonAsItIsThere() {
        String missing = topic + "-later";
        TestSink sink = new TestSink(group);
        KafkaSource source = start(
                KafkaSource.from(server.bootstrapServers())
                        .topics(topic, missing)
                        .property("metadata.max.age.ms", 500)
                        .build(),
                sink);
        soon("the trouble").until(() -> source.troubles().toString().contains("do not exist: " + missing));
        cluster.write(topic, 0, "others are read");
        sink.await(1);

        server.createTopic(missing, 1, Map.of());
        cluster.write(missing, 0, "late");
        sink.await(2);
        assertThat(sink.texts()).containsExactly("others are read", "late");
        soon("no trouble").until(() -> source.troubles().isEmpty());
    }

    @Test
    void aTopicThatIsDeletedAndCreatedAnewIsReadFromItsBeginning() {
        cluster.write(topic, 0, texts(10));
        TestSink sink = new TestSink(group);
        KafkaSource source = start(source().property("metadata.max.age.ms", 500).build(), sink);
        TestSink.finish(source, sink.await(10));

        cluster.deleteTopics(List.of(topic));
        server.createTopic(topic, 1, Map.of());
        cluster.write(topic, 0, "new 1", "new 2");

        sink.await(12);
        assertThat(sink.texts().subList(10, 12)).containsExactly("new 1", "new 2");
        TestSink.finish(source, sink.got().subList(10, 12));
        assertThat(cluster.position(group, topic, 0)).isEqualTo(2);
    }

    @Test
    void topicsThatMatchAreReadAlsoTheOnesCreatedLater() {
        cluster.write(topic, 0, "first");
        TestSink sink = new TestSink(group);
        start(
                KafkaSource.from(server.bootstrapServers())
                        .topics(Pattern.compile(topic + ".*"))
                        .property("metadata.max.age.ms", 500)
                        .build(),
                sink);
        sink.await(1);
        server.createTopic(topic + "-2", 1, Map.of());
        cluster.write(topic + "-2", 0, "second");
        sink.await(2);
        assertThat(sink.got()).extracting(one -> one.message().destination()).containsExactly(topic, topic + "-2");
    }

    @Test
    void recordsOfTransactionsAreReadWhenTheyAreCommittedAndTheGapsAreNoLag() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", server.bootstrapServers(), "transactional.id", "tx-" + topic),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 1; i <= 4; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, null, ("tx " + i).getBytes(UTF_8)));
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            }
        }
        TestSink sink = new TestSink(group);
        KafkaSource source = start(source().build(), sink);
        source.acknowledge(sink.await(2));
        assertThat(sink.texts()).containsExactly("tx 2", "tx 4");
        soon("a position past the markers").until(() -> cluster.position(group, topic, 0) == 8);
        soon("no lag").until(() -> source.lag().orElse(-1) == 0);
    }

    /** The offsets between them belong to transactions that were aborted; compaction leaves such gaps, too. */
    @Test
    void g8_noRecordIsDeliveredBeyondWhatTheBrokerKnowsToBeOpenAlsoWhereOffsetsHaveGaps() {
        List<Long> offsets = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", server.bootstrapServers(), "transactional.id", "gaps-" + topic),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 0; i < 3; i++) {
                producer.beginTransaction();
                IntStream.range(0, 4_000)
                        .forEach(one -> producer.send(new ProducerRecord<>(topic, 0, null, new byte[1])));
                producer.flush();
                producer.abortTransaction();
                cluster.write(topic, 0, "after gap " + i);
                offsets.add(4_002L * i + 4_001);
            }
        }
        List<Long> openUpTo = new ArrayList<>();
        TestSink sink = new TestSink(group) {
            @Override
            public synchronized void deliver(List<Incoming> batch) {
                long open = Mark.parse(cluster.committed(group, topic, 0).metadata())
                        .openUpTo()
                        .orElse(0);
                batch.forEach(one -> openUpTo.add(open));
                super.deliver(batch);
            }
        };
        start(source().build(), sink);
        sink.await(3);
        assertThat(sink.texts()).containsExactly("after gap 0", "after gap 1", "after gap 2");
        for (int i = 0; i < 3; i++) {
            assertThat(openUpTo.get(i))
                    .as("open when record %s was delivered", i)
                    .isGreaterThan(offsets.get(i));
        }
    }

    @Test
    void aTopicWhoseDestinationIsNotFoundWaitsForItAndTheOthersDoNot() {
        String other = server.createTopic(1);
        cluster.write(topic, 0, "late");
        cluster.write(other, 0, "at once");
        AtomicBoolean works = new AtomicBoolean();
        TestSink sink = new TestSink(group);
        KafkaSource source = start(
                KafkaSource.from(server.bootstrapServers())
                        .topics(topic, other)
                        .destinations(name -> {
                            if (name.equals(topic) && !works.get()) {
                                throw new IllegalStateException("not configured");
                            }
                            return "orders";
                        })
                        .build(),
                sink);
        sink.await(1);
        soon("the trouble").until(() -> source.troubles().toString().contains("destinations fails: [" + topic + "]"));
        assertThat(sink.texts()).containsExactly("at once");
        assertThat(sink.lost()).isEmpty();

        works.set(true);
        sink.await(2);
        assertThat(sink.got()).extracting(one -> one.message().destination()).containsOnly("orders");
        soon("no trouble").until(() -> source.troubles().isEmpty());
    }

    @Test
    void theLagIsNotKnownWhileNoBrokerAnswers() {
        KafkaSource source = start(KafkaSource.from("localhost:1").topics(topic).build(), new TestSink(group));
        Awaitility.await("a lag that is not known, for a second")
                .during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> source.lag().isEmpty());
    }

    @Test
    void g5_oddRecordsAreMessagesToo() {
        cluster.write(new ProducerRecord<>(topic, 0, "k".getBytes(UTF_8), null));
        cluster.write(new ProducerRecord<>(topic, 0, null, new byte[] {(byte) 0xff, 0}));
        cluster.write(new ProducerRecord<>(topic, 0, new byte[] {0, 1}, new byte[0]));
        TestSink sink = new TestSink(group);
        start(source().build(), sink);

        List<Incoming> got = sink.await(3);
        assertThat(got.get(0).message().headers().get("kafka.tombstone")).contains("true");
        assertThat(got.get(0).message().key()).contains("k");
        assertThat(got.get(1).message().key()).isEqualTo(Optional.empty());
        assertThat(got.get(1).message().payload().toByteArray()).containsExactly(0xff, 0);
        assertThat(got.get(2).message().key()).contains("base64:AAE=");
        assertThat(got).extracting(one -> one.message().id()).doesNotHaveDuplicates();
    }

    @Test
    void theLagIsWhatTheBrokerSaysAlsoWhilePaused() {
        topic = server.createTopic(2);
        cluster.write(topic, 0, texts(30));
        cluster.write(topic, 1, texts(20));
        TestSink sink = new TestSink(group);
        KafkaSource source = start(source().build(), sink);
        List<Incoming> got = sink.await(50);
        soon("a lag of 50").until(() -> source.lag().orElse(-1) == 50);
        TestSink.finish(source, got.subList(0, 5));
        source.pause();
        Publishing.pause(Duration.ofMillis(200));
        cluster.write(topic, 0, texts(7));
        soon("the broker's lag").until(() -> source.lag().orElse(-1) == 52 && cluster.lag(group, topic, 2) == 52);
        source.resume();
        TestSink.finish(source, sink.await(57).subList(5, 57));
        soon("no lag").until(() -> source.lag().orElse(-1) == 0 && cluster.lag(group, topic, 2) == 0);
    }

    @Test
    void theTransportsOwnSourceReadsWhatItPublishes() {
        try (KafkaTransport transport = KafkaTransport.to(server.bootstrapServers())
                .topics(destination -> destination.equals("orders") ? topic : destination)
                .build()) {
            Outcomes outcomes = new Outcomes(transport);
            outcomes.outcome(Message.to("orders").key("k").text("hello"));
            TestSink sink = new TestSink(group);
            start(transport.source("orders"), sink);
            assertThat(sink.await(1).get(0).message().destination()).isEqualTo("orders");
            assertThat(sink.texts()).containsExactly("hello");
        }
    }

    private KafkaSource.Builder source() {
        return KafkaSource.from(server.bootstrapServers()).topics(topic);
    }

    private KafkaSource start(KafkaSource source, TestSink sink) {
        sources.add(source);
        source.start(sink);
        return source;
    }

    private static ConditionFactory soon(String what) {
        return Awaitility.await(what).atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
    }

    private static String[] texts(int count) {
        return texts(1, count);
    }

    private static String[] texts(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toArray(String[]::new);
    }
}
