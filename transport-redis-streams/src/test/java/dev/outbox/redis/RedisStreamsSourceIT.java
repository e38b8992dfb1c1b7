package dev.outbox.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import dev.outbox.testservers.ErrorOutput;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.StreamEntryID;

/** What becomes of streams and their entries when processes come, go, stand still and are cut off, and when Redis forgets. */
@Timeout(300)
class RedisStreamsSourceIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration CLAIM_AFTER = Duration.ofSeconds(4);
    private static RedisServer server;

    private final String stream = RedisServer.newStream();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Jedis jedis;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    RedisStreamsSourceIT() {
        jedis = open(server.connect());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        Awaitility.reset();
    }

    @Test
    void g2_afterFlushallTheGroupIsThereAgainAndReadsOn() {
        Recording recording = new Recording();
        start(ordered(), recording);
        Appending.append(jedis, stream, 1, 3);
        recording.await(3);
        jedis.flushAll();
        Appending.append(jedis, stream, 4, 6);
        recording.await(6);
        assertThat(recording.texts()).containsExactly("1", "2", "3", "4", "5", "6");
    }

    @Test
    void g2_whatAProcessLeavesThatWasCutOffIsSuspectAndComesInOrderBeforeTheRest() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        Recording first = new Recording();
        start(ordered(proxy), first);
        Appending.append(jedis, stream, 1, 5);
        first.await(5);
        proxy.freeze();
        Appending.append(jedis, stream, 6, 8);

        Recording second = new Recording();
        RedisStreamsSource heir = start(ordered(), second);
        List<Incoming> got = second.await(8);
        assertThat(second.texts()).containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
        assertThat(got.subList(0, 5)).allMatch(Incoming::redelivered);
        assertThat(got.subList(5, 8)).noneMatch(Incoming::redelivered);
        heir.acknowledge(got, () -> {});
        awaitNothingPending();
    }

    @Test
    void g7_aProcessThatHasLostItsLeaseReadsNothingMoreWhenItGoesOn() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        Recording first = new Recording();
        start(ordered(proxy), first);
        Appending.append(jedis, stream, 1, 2);
        first.await(2);
        proxy.freeze();
        Recording second = new Recording();
        start(ordered(), second);
        second.await(2);
        proxy.thaw();
        Appending.append(jedis, stream, 3, 50);
        second.await(50);
        Awaitility.await("the first learns of its loss")
                .atMost(SOON)
                .until(() -> first.lost().contains(stream));
        assertThat(first.texts()).containsExactly("1", "2");
        assertThat(second.texts())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 50).mapToObj(Integer::toString).toList());
    }

    @Test
    void g2_whatAnOrderlyEndLeavesIsNoSuspectAndTheConsumerIsGone() {
        Recording first = new Recording();
        RedisStreamsSource leaving = start(ordered(), first);
        Appending.append(jedis, stream, 1, 5);
        leaving.acknowledge(first.await(5).subList(1, 3), () -> {});
        leaving.close();
        assertThat(jedis.xinfoConsumers2(stream, Recording.CONSUMER))
                .singleElement()
                .satisfies(left -> assertThat(left.getName()).isEqualTo(Group.RELEASED));

        Recording second = new Recording();
        RedisStreamsSource heir = start(ordered(), second);
        List<Incoming> got = second.await(3);
        assertThat(second.texts()).containsExactly("1", "4", "5");
        assertThat(got).noneMatch(Incoming::redelivered);
        heir.acknowledge(got, () -> {});
        awaitNothingPending();
        assertThat(heir.lag()).isPresent();
    }

    @Test
    void g2_entriesWhoseReplyWasLostComeWithTheNextConnectionInOrder() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        Recording recording = new Recording();
        RedisStreamsSource source = start(ordered(proxy), recording);
        Appending.append(jedis, stream, 1, 1);
        recording.await(1);
        source.pause();
        Awaitility.await("the pause takes effect")
                .pollDelay(Duration.ofSeconds(1))
                .until(() -> true);
        Appending.append(jedis, stream, 2, 4);
        // As if the source had asked, and its connection had broken before the reply.
        String consumer =
                jedis.xinfoConsumers2(stream, Recording.CONSUMER).get(0).getName();
        jedis.sendCommand(Protocol.Command.XREADGROUP, "GROUP", Recording.CONSUMER, consumer, "STREAMS", stream, ">");
        assertThat(pending()).isEqualTo(4);
        Appending.append(jedis, stream, 5, 6);
        proxy.cut();
        source.resume();
        recording.await(6);
        assertThat(recording.texts()).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(recording.got()).noneMatch(Incoming::redelivered);
    }

    @Test
    void entriesThatWereDeletedBeforeTheyWereHandledHoldUpNobody() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        Recording first = new Recording();
        start(ordered(proxy), first);
        Appending.append(jedis, stream, 1, 5);
        first.await(5);
        proxy.freeze();
        List<StreamEntryID> ids = jedis.xrange(stream, "-", "+").stream()
                .map(redis.clients.jedis.resps.StreamEntry::getID)
                .toList();
        jedis.xdel(stream, ids.get(1), ids.get(3));
        Recording second = new Recording();
        RedisStreamsSource heir = start(ordered(), second);
        heir.acknowledge(second.await(3), () -> {});
        assertThat(second.texts()).containsExactly("1", "3", "5");
        awaitNothingPending();
    }

    @Test
    void aStreamThatIsTrimmedUnderItsConsumersGoesOnWithWhatIsLeft() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        Recording first = new Recording();
        start(ordered(proxy), first);
        Appending.append(jedis, stream, 1, 3);
        first.await(3);
        proxy.freeze();
        Appending.append(jedis, stream, 4, 10);
        jedis.xtrim(stream, 2, false);
        Recording second = new Recording();
        RedisStreamsSource heir = start(ordered(), second);
        heir.acknowledge(second.await(2), () -> {});
        Appending.append(jedis, stream, 11, 12);
        heir.acknowledge(second.await(4).subList(2, 4), () -> {});
        assertThat(second.texts()).containsExactly("9", "10", "11", "12");
        awaitNothingPending();
    }

    @Test
    void g2_aReplicaIsWaitedForUntilItIsTheMaster() {
        try (RedisServer replica = server.startReplica(Map.of());
                Jedis promoting = replica.connect()) {
            Appending.append(jedis, stream, 1, 3);
            Awaitility.await("the replica follows").atMost(SOON).until(() -> promoting.xlen(stream) == 3);
            Recording recording = new Recording();
            RedisStreamsSource source =
                    start(ordered(RedisServers.at(replica.url().toString())), recording);
            Awaitility.await("nothing comes")
                    .during(Duration.ofMillis(500))
                    .atMost(SOON)
                    .until(() -> recording.got().isEmpty());
            promoting.replicaofNoOne();
            recording.await(3);
            assertThat(recording.texts()).containsExactly("1", "2", "3");
            source.close();
        }
    }

    @Test
    void g7_processesShareTheShardsAndTakeOverFromOneThatLeaves() {
        Recording one = new Recording();
        Recording other = new Recording();
        RedisStreamsSource leaving = start(ordered().shards(4), one);
        for (int i = 0; i < 4; i++) {
            Appending.append(jedis, stream + ":" + i, 1, 1);
        }
        leaving.acknowledge(one.await(4), () -> {});
        RedisStreamsSource staying = start(ordered().shards(4), other);
        Awaitility.await("two shards are given away")
                .atMost(SOON)
                .until(() -> one.lost().size() == 2);
        Awaitility.await("each has two shards").atMost(SOON).untilAsserted(() -> {
            for (int i = 0; i < 4; i++) {
                Appending.append(jedis, stream + ":" + i, 2, 2);
            }
            assertThat(shardsOf(one.got().subList(4, one.got().size()))).hasSize(2);
            assertThat(shardsOf(other.got())).hasSize(2);
        });
        leaving.acknowledge(one.got(), () -> {});
        leaving.close();
        Awaitility.await("all shards are the other's").atMost(SOON).untilAsserted(() -> {
            for (int i = 0; i < 4; i++) {
                Appending.append(jedis, stream + ":" + i, 3, 3);
            }
            assertThat(shardsOf(other.got())).hasSize(4);
        });
        staying.acknowledge(other.got(), () -> {});
        assertThat(other.got()).noneMatch(Incoming::redelivered);
        assertThat(other.got()).extracting(got -> got.message().destination()).containsOnly(stream);
    }

    @Test
    void unorderedEntriesOfALivingHandlerStayItsOwnAndThoseOfADeadOneDoNot() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        Recording slow = new Recording();
        Recording dead = new Recording();
        RedisStreamsSource living = start(shared(RedisServers.at(server.url().toString())), slow);
        Appending.append(jedis, stream, 1, 3);
        slow.await(3);
        String alive = consumers().keySet().iterator().next();
        living.pause();
        start(shared(RedisServers.at("redis://" + proxy.host() + ":" + proxy.port())), dead);
        Awaitility.await("the other reads").atMost(SOON).untilAsserted(() -> {
            Appending.append(jedis, stream, 4, 4);
            assertThat(dead.got()).isNotEmpty();
        });
        proxy.freeze();
        // Also what is on its way to it.
        long left = consumers().entrySet().stream()
                .filter(consumer -> !consumer.getKey().equals(alive))
                .mapToLong(Map.Entry::getValue)
                .sum();

        Recording heir = new Recording();
        start(shared(RedisServers.at(server.url().toString())), heir);
        Awaitility.await("what the dead one had is the heir's")
                .atMost(SOON)
                .until(() -> heir.got().stream().filter(Incoming::redelivered).count() == left);
        // More than twice as long as entries are left with a process that gives no sign of life.
        Awaitility.await("time passes")
                .pollDelay(CLAIM_AFTER.multipliedBy(2).plusMillis(500))
                .until(() -> true);
        assertThat(heir.texts()).doesNotContain("1", "2", "3");
        living.acknowledge(slow.got(), () -> {});
        Awaitility.await("only the heir's are pending")
                .atMost(SOON)
                .until(() -> pending() == heir.got().size());
    }

    @Test
    void g2_aProcessThatMayNotCountTheOthersSaysSoAndReads() {
        jedis.aclSetUser("alone", "on", ">secret", "~" + stream, "~{" + stream + "}:owner:*", "+@all");
        Recording recording = new Recording();
        ErrorOutput output = open(new ErrorOutput());
        RedisStreamsSource source = start(ordered(as("alone")), recording);
        Appending.append(jedis, stream, 1, 2);
        recording.await(2);
        source.acknowledge(recording.got(), () -> {});
        awaitNothingPending();
        assertThat(output.lines("the members of its group are not known")).isEqualTo(1);
        jedis.aclSetUser("alone", "~*");
        Awaitility.await("it counts the others")
                .atMost(SOON)
                .until(() -> jedis.zcard("{" + stream + "}:members:" + Recording.CONSUMER) == 1);
    }

    @Test
    void g2_aProcessWithoutTheRightToOwnAStreamClaimsNoLagOfZeroAndReadsWhenItMay() {
        jedis.aclSetUser("narrow", "on", ">secret", "~" + stream, "+@all");
        Recording recording = new Recording();
        ErrorOutput output = open(new ErrorOutput());
        RedisStreamsSource source = start(ordered(as("narrow")), recording);
        Awaitility.await("it says what it lacks")
                .atMost(SOON)
                .until(() -> output.lines("stream '" + stream + "': grant the user the command and the stream") == 1);
        assertThat(source.lag()).isEmpty();
        jedis.aclSetUser("narrow", "~{" + stream + "*");
        Appending.append(jedis, stream, 1, 2);
        recording.await(2);
        assertThat(recording.texts()).containsExactly("1", "2");
    }

    private static RedisServers as(String user) {
        return RedisServers.at("redis://" + user + ":secret@" + server.host() + ":" + server.port());
    }

    @Test
    void g2_anErrorEndsTheSourceAndOthersTakeOverAllOfItsStreams() {
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        Recording failing = Recording.throwing(new LinkageError("thrown by a test"), stream + ":0");
        ErrorOutput output = open(new ErrorOutput());
        // Long, so that a busy machine gives back in time what the error did not concern.
        RedisStreamsSource ending = start(ordered().shards(4).lease(Duration.ofSeconds(10)), failing);
        for (int i = 1; i < 4; i++) {
            Appending.append(jedis, stream + ":" + i, 1, 1);
        }
        failing.await(3);
        Appending.append(jedis, stream + ":0", 1, 1);
        Awaitility.await("the consumer knows that it has no stream any more")
                .atMost(SOON)
                .until(() -> failing.lost().size() == 4);
        assertThat(output.lines("an error has ended the thread that reads the stream '" + stream + ":0'"))
                .isEqualTo(1);
        Awaitility.await("all of its threads have ended")
                .atMost(SOON)
                .until(() -> ending.lag().isEmpty());

        Recording other = new Recording();
        start(ordered().shards(4), other);
        List<Incoming> got = other.await(4);
        assertThat(shardsOf(got)).hasSize(4);
        assertThat(got.stream().filter(Incoming::redelivered))
                .as("what may have done it")
                .extracting(Incoming::group)
                .containsExactly(stream + ":0");
    }

    @Test
    void aGroupThatIsMissingIsWaitedFor() {
        Recording recording = new Recording();
        Appending.append(jedis, stream, 1, 2);
        start(
                RedisStreamsSource.from(RedisServers.at(server.url().toString()))
                        .streams(stream)
                        .lease(LEASE),
                recording);
        jedis.xgroupCreate(stream, Recording.CONSUMER, new StreamEntryID("0-0"), false);
        recording.await(2);
        assertThat(recording.texts()).containsExactly("1", "2");
    }

    @Test
    void g11_closingReturnsInTimeThoughTheServerIsFrozen() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        Recording recording = new Recording();
        RedisStreamsSource source = start(ordered(proxy), recording);
        Appending.append(jedis, stream, 1, 1);
        recording.await(1);
        proxy.freeze();
        long begin = System.nanoTime();
        source.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void theLagIsWhatWaitsAndWhatIsNotFinished() {
        Recording recording = new Recording();
        RedisStreamsSource source = start(ordered(), recording);
        Appending.append(jedis, stream, 1, 7);
        recording.await(7);
        Awaitility.await("seven").atMost(SOON).until(() -> source.lag().equals(OptionalLong.of(7)));
        source.acknowledge(recording.got().subList(0, 3), () -> {});
        Awaitility.await("four").atMost(SOON).until(() -> source.lag().equals(OptionalLong.of(4)));
        source.pause();
        Awaitility.await("the pause takes effect")
                .pollDelay(Duration.ofSeconds(1))
                .until(() -> true);
        Appending.append(jedis, stream, 8, 10);
        Awaitility.await("seven again").atMost(SOON).until(() -> source.lag().equals(OptionalLong.of(7)));
    }

    @Test
    void theLagIsWhatIsNotFinishedThoughRedisHasCountedWrong() {
        Recording recording = new Recording();
        RedisStreamsSource source = start(ordered(), recording);
        Appending.append(jedis, stream, 1, 7);
        recording.await(7);
        jedis.sendCommand(
                Protocol.Command.XGROUP, "SETID", stream, Recording.CONSUMER, lastEntry(), "ENTRIESREAD", "2");
        Awaitility.await("seven").atMost(SOON).until(() -> source.lag().equals(OptionalLong.of(7)));
        source.acknowledge(recording.got(), () -> {});
        Awaitility.await("none").atMost(SOON).until(() -> source.lag().equals(OptionalLong.of(0)));
        assertThat(jedis.xinfoGroups(stream).get(0).getGroupInfo().get("lag"))
                .as("what Redis says")
                .isEqualTo(5L);
    }

    private String lastEntry() {
        return jedis.xrevrange(stream, "+", "-", 1).get(0).getID().toString();
    }

    @Test
    void theLagIsNotKnownWhileRedisDoesNotAnswer() {
        FaultyProxy proxy = open(FaultyProxy.to(server.host(), server.port()));
        RedisStreamsSource source = start(ordered(proxy), new Recording());
        Appending.append(jedis, stream, 1, 3);
        Awaitility.await("three").atMost(SOON).until(() -> source.lag().equals(OptionalLong.of(3)));
        proxy.freeze();
        Awaitility.await("unknown").atMost(SOON).until(() -> source.lag().isEmpty());
        proxy.thaw();
        Awaitility.await("three again").atMost(SOON).until(() -> source.lag().equals(OptionalLong.of(3)));
    }

    @Test
    void whatStrangersWroteIsDeliveredToo() {
        Recording recording = new Recording();
        start(ordered(), recording);
        jedis.xadd(stream, new StreamEntryID("5-1"), java.util.Map.of("customer", "17"));
        Incoming got = recording.await(1).get(0);
        Message message = got.message();
        assertThat(message.id()).isEqualTo(stream + "/5-1");
        assertThat(message.headers().get("customer")).contains("17");
        assertThat(got.appendedAt()).isEmpty();
    }

    @Test
    void whatCannotBeIsRefusedByTheBuilder() {
        assertThatThrownBy(() ->
                        RedisStreamsSource.from(RedisServers.at("redis://x")).build())
                .hasMessageContaining("1 to 256 streams");
        assertThatThrownBy(() -> ordered().batch(0)).hasMessageContaining("batch 0");
        assertThatThrownBy(() -> ordered().lease(Duration.ZERO)).hasMessageContaining("lease PT0S");
        assertThatThrownBy(() -> ordered().shards(5)).hasMessageContaining("shards 5");
    }

    private static List<String> shardsOf(List<Incoming> deliveries) {
        return deliveries.stream().map(Incoming::group).distinct().toList();
    }

    private RedisStreamsSource.Builder ordered() {
        return ordered(RedisServers.at(server.url().toString()));
    }

    private RedisStreamsSource.Builder ordered(FaultyProxy proxy) {
        return ordered(RedisServers.at("redis://" + proxy.host() + ":" + proxy.port()));
    }

    private RedisStreamsSource.Builder ordered(RedisServers servers) {
        return RedisStreamsSource.from(servers)
                .streams(stream)
                .createGroups()
                .lease(LEASE)
                .responseTimeout(Duration.ofSeconds(1));
    }

    private RedisStreamsSource.Builder shared(RedisServers servers) {
        return ordered(servers).unordered().claimAfter(CLAIM_AFTER);
    }

    private RedisStreamsSource start(RedisStreamsSource.Builder builder, Recording recording) {
        RedisStreamsSource source = open(builder.build());
        source.start(recording);
        return source;
    }

    private <T extends AutoCloseable> T open(T one) {
        opened.add(0, one);
        return one;
    }

    /** How much is pending with each. */
    private Map<String, Long> consumers() {
        Map<String, Long> pending = new HashMap<>();
        jedis.xinfoConsumers2(stream, Recording.CONSUMER)
                .forEach(consumer -> pending.put(consumer.getName(), consumer.getPending()));
        return pending;
    }

    private long pending() {
        return jedis.xpending(stream, Recording.CONSUMER).getTotal();
    }

    private void awaitNothingPending() {
        Awaitility.await("nothing is pending").atMost(SOON).until(() -> pending() == 0);
    }
}
