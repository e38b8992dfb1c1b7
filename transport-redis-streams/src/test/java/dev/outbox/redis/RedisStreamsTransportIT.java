package dev.outbox.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outgoing;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.Bars;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Each trouble has its named outcome and says what to do, none holds up the caller, and what was confirmed is there. */
@Timeout(300)
class RedisStreamsTransportIT {
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static RedisServer server;

    private final String stream = RedisServer.newStream();
    private FaultyProxy proxy;
    private RedisStreamsTransport transport;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @AfterEach
    void close() {
        transport.close();
        if (proxy != null) {
            proxy.close();
        }
    }

    @Test
    void g8_aFullMemoryIsUnavailableUntilThereIsRoom() {
        transport = direct().build();
        Outcomes outcomes = new Outcomes(transport);
        try (Jedis jedis = server.connect()) {
            jedis.configSet("maxmemory", "1");
            assertUnavailable(outcomes.outcome(message("x")), "OOM", "raise maxmemory", stream);
            jedis.configSet("maxmemory", "0");
        }
        assertThat(outcomes.outcome(message("x"))).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void g8_aReplicaIsUnavailable() {
        try (RedisServer replica = server.startReplica(Map.of())) {
            transport = RedisStreamsTransport.to(RedisServers.at(url(replica.host(), replica.port())))
                    .build();
            assertUnavailable(new Outcomes(transport).outcome(message("x")), "READONLY", "replica");
        }
    }

    @Test
    void g8_aWrongPasswordIsUnavailableAndDoesNotShowUntilTheServerTakesIt() {
        try (Jedis jedis = server.connect()) {
            String late = "redis://late:guess-1@" + server.host() + ":" + server.port();
            transport = RedisStreamsTransport.to(RedisServers.at(late)).build();
            Outcomes outcomes = new Outcomes(transport);
            Outcome outcome = outcomes.outcome(message("x"));
            assertUnavailable(outcome, "WRONGPASS", "check the user and the password");
            assertThat(text(outcome)).doesNotContain("guess-1");
            assertThat(RedisServers.at(late).toString()).doesNotContain("guess-1", "late");

            jedis.aclSetUser("late", "on", ">guess-1", "~elsewhere", "+xadd", "+info", "+config|get", "+ping");
            assertUnavailable(outcomes.outcome(message("x")), "NOPERM", "grant the user");
            jedis.aclSetUser("late", "~" + stream);
            assertThat(outcomes.outcome(message("x"))).isEqualTo(Outcome.CONFIRMED);
        }
    }

    @Test
    void g8_aKeyThatIsNoStreamIsUnavailableAndItsNeighboursAreConfirmed() {
        String string = RedisServer.newStream();
        try (Jedis jedis = server.connect()) {
            jedis.set(string, "x");
        }
        transport = direct().build();
        Outcomes outcomes = new Outcomes(transport);
        long before = outcomes.send(message("before"));
        long wrong = outcomes.send(Message.to(string).text("x"));
        long after = outcomes.send(message("after"));
        assertUnavailable(outcomes.await(wrong, SOON), "WRONGTYPE", string, "streams");
        assertThat(outcomes.await(before, SOON)).isEqualTo(Outcome.CONFIRMED);
        assertThat(outcomes.await(after, SOON)).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void g8_aServerThatDoesNotRunIsUnavailableAndBuildingDoesNotMind() {
        transport =
                RedisStreamsTransport.to(RedisServers.at("redis://127.0.0.1:1")).build();
        Outcomes outcomes = new Outcomes(transport);
        long begin = System.nanoTime();
        long token = outcomes.send(message("x"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);
        assertUnavailable(outcomes.await(token, SOON), "see whether it runs");
    }

    @Test
    void g1_aConnectionThatBreaksInABatchLosesNothingAndConfirmsNothingThatIsNotThere() {
        transport = proxied().build();
        Outcomes outcomes = new Outcomes(transport);
        Map<String, Long> tokens = new HashMap<>();
        for (int round = 0; round < 2; round++) {
            outcomes.warm(message("connected again"));
            sendHundred(outcomes, tokens)
                    .forEach(token -> assertThat(outcomes.await(token, SOON)).isEqualTo(Outcome.CONFIRMED));
            proxy.dropReplies();
            int before = ids().size();
            sendHundred(outcomes, tokens);
            Awaitility.await("some have arrived whose replies are lost")
                    .atMost(SOON)
                    .until(() -> ids().size() > before);
            sendHundred(outcomes, tokens);
            proxy.cut();
            proxy.deliverReplies();
            tokens.values().forEach(token -> outcomes.await(token, SOON));
        }
        Set<String> there = new HashSet<>(ids());
        int unknown = 0;
        for (Map.Entry<String, Long> sending : tokens.entrySet()) {
            Outcome outcome = outcomes.await(sending.getValue(), SOON);
            assertThat(outcome)
                    .isInstanceOfAny(Outcome.Confirmed.class, Outcome.Unknown.class, Outcome.Unavailable.class);
            if (outcome instanceof Outcome.Unknown) {
                unknown++;
            } else {
                assertThat(there.contains(sending.getKey())).isEqualTo(outcome == Outcome.CONFIRMED);
            }
        }
        assertThat(unknown).as("messages whose replies were lost").isPositive();
    }

    private List<Long> sendHundred(Outcomes outcomes, Map<String, Long> tokens) {
        return IntStream.range(0, 100)
                .mapToObj(i -> {
                    Message message = message("x".repeat(2_000));
                    long token = outcomes.send(message);
                    tokens.put(message.id(), token);
                    return token;
                })
                .toList();
    }

    @Test
    void g1_whatWasConfirmedSurvivesAKillAndTheTransportGoesOn() {
        try (RedisServer mortal = RedisServer.start()) {
            transport = RedisStreamsTransport.to(RedisServers.at(url(mortal.host(), mortal.port())))
                    .build();
            Outcomes outcomes = new Outcomes(transport);
            List<String> confirmed = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Message message = message("x" + i);
                assertThat(outcomes.outcome(message)).isEqualTo(Outcome.CONFIRMED);
                confirmed.add(message.id());
            }
            mortal.kill();
            assertThat(outcomes.outcome(message("dead")))
                    .isInstanceOfAny(Outcome.Unavailable.class, Outcome.Unknown.class);
            assertUnavailable(outcomes.outcome(message("dead")), "see whether it runs");
            mortal.restart();
            assertThat(outcomes.outcome(message("alive"))).isEqualTo(Outcome.CONFIRMED);
            try (Jedis jedis = mortal.connect()) {
                assertThat(Entries.messages(jedis, stream))
                        .extracting(Message::id)
                        .startsWith(confirmed.toArray(String[]::new));
            }
        }
    }

    @Test
    void g4_anIdleConnectionThatARestartHasBrokenLeavesNothingUnknown() {
        transport = proxied().build();
        Outcomes outcomes = new Outcomes(transport);
        assertThat(outcomes.outcome(message("before"))).isEqualTo(Outcome.CONFIRMED);
        proxy.cut();
        Awaitility.await("the connection counts as idle")
                .pollDelay(Duration.ofMillis(1_200))
                .until(() -> true);
        assertThat(outcomes.outcome(message("after"))).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void g4_whatAFrozenServerDoesNotReplyToIsUnknownAndLaterMessagesAreUnavailable() {
        transport = proxied()
                .responseTimeout(Duration.ofSeconds(1))
                .unavailableAfter(Duration.ofSeconds(1))
                .build();
        Outcomes outcomes = new Outcomes(transport);
        outcomes.warm(message("warm"));
        proxy.freeze();
        long hanging = outcomes.send(message("hangs"));
        assertThat(outcomes.await(hanging, transport.sendTimeout())).isInstanceOf(Outcome.Unknown.class);
        assertUnavailable(outcomes.outcome(message("waits")), "no connection");
        proxy.thaw();
        Awaitility.await("the stream takes messages again")
                .atMost(SOON)
                .until(() -> outcomes.outcome(message("again")) == Outcome.CONFIRMED);
    }

    @Test
    void g10_payloadsThatAFrozenServerDoesNotReadHoldUpNobody() {
        transport = proxied()
                .responseTimeout(Duration.ofMillis(500))
                .unavailableAfter(Duration.ofMillis(500))
                .build();
        Outcomes outcomes = new Outcomes(transport);
        outcomes.warm(message("warm"));
        proxy.freeze();
        long begin = System.nanoTime();
        List<Long> tokens = IntStream.range(0, 40)
                .mapToObj(i -> outcomes.send(Message.to(stream).bytes(new byte[900_000])))
                .toList();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isLessThan(Bars.atMost(Duration.ofSeconds(2), Duration.ofSeconds(20)));
        // More than the buffers of any socket: the thread that writes is stuck in it.
        tokens.forEach(token -> assertThat(outcomes.await(token, transport.sendTimeout()))
                .isInstanceOfAny(Outcome.Unknown.class, Outcome.Unavailable.class));
        proxy.thaw();
        Awaitility.await("the stream takes messages again")
                .atMost(SOON)
                .until(() -> outcomes.outcome(message("again")) == Outcome.CONFIRMED);
    }

    @Test
    void replicasHaveToSayThatTheyHaveTheMessage() {
        try (RedisServer master = RedisServer.start();
                RedisServer replica = master.startReplica(Map.of())) {
            transport = RedisStreamsTransport.to(RedisServers.at(url(master.host(), master.port())))
                    .replicas(1, Duration.ofMillis(500))
                    .build();
            Outcomes outcomes = new Outcomes(transport);
            Awaitility.await("the replica follows")
                    .atMost(SOON)
                    .until(() -> outcomes.outcome(message("x")) == Outcome.CONFIRMED);
            replica.pause();
            Outcome lost = outcomes.outcome(message("x"));
            assertThat(lost).isInstanceOf(Outcome.Unknown.class);
            assertThat(FailureText.of(((Outcome.Unknown) lost).error())).contains("only 0 of 1 replicas");
            replica.kill();
            Awaitility.await("the master knows that it has no replica")
                    .atMost(SOON)
                    .until(() -> outcomes.outcome(message("x")) instanceof Outcome.Unavailable);
            replica.restart();
            Awaitility.await("the replica follows again")
                    .atMost(SOON)
                    .until(() -> outcomes.outcome(message("x")) == Outcome.CONFIRMED);
        }
    }

    @Test
    void settingsThatForgetAreWarnedOfAndNamed() {
        try (RedisServer forgetful = RedisServer.start(
                Map.of("appendonly", "no", "maxmemory", "100mb", "maxmemory-policy", "allkeys-lru"))) {
            RedisServers servers = RedisServers.at(url(forgetful.host(), forgetful.port()));
            transport = RedisStreamsTransport.to(servers).build();
            assertThat(transport.durabilityWarnings()).isEmpty();
            assertThat(new Outcomes(transport).outcome(message("x"))).isEqualTo(Outcome.CONFIRMED);
            assertThat(transport.durabilityWarnings())
                    .hasSize(2)
                    .anySatisfy(warning -> assertThat(warning).contains("appendonly yes"))
                    .anySatisfy(warning -> assertThat(warning).contains("maxmemory-policy noeviction"));

            try (RedisStreamsTransport strict = RedisStreamsTransport.to(servers)
                            .requireDurability()
                            .build();
                    Jedis jedis = forgetful.connect()) {
                Outcomes outcomes = new Outcomes(strict);
                assertUnavailable(outcomes.outcome(message("x")), "appendonly");
                jedis.configSet("appendonly", "yes");
                jedis.configSet("maxmemory-policy", "noeviction");
                assertThat(outcomes.outcome(message("x"))).isEqualTo(Outcome.CONFIRMED);
                jedis.configSet("appendfsync", "everysec");
            }
            try (RedisStreamsTransport lax = RedisStreamsTransport.to(servers).build()) {
                assertThat(new Outcomes(lax).outcome(message("x"))).isEqualTo(Outcome.CONFIRMED);
                assertThat(lax.durabilityWarnings())
                        .singleElement()
                        .asString()
                        .contains("appendfsync everysec", "appendfsync always");
            }
        }
    }

    @Test
    void aSettingThatTheUserMayNotSeeIsWarnedOfAndRefusedIfDurabilityIsRequired() {
        RedisServers blind = RedisServers.at("redis://blind:secret@" + server.host() + ":" + server.port());
        try (Jedis jedis = server.connect()) {
            jedis.aclSetUser("blind", "on", ">secret", "~" + stream, "+xadd", "+info", "+ping");
            transport = RedisStreamsTransport.to(blind).build();
            assertThat(new Outcomes(transport).outcome(message("x"))).isEqualTo(Outcome.CONFIRMED);
            assertThat(transport.durabilityWarnings())
                    .singleElement()
                    .asString()
                    .contains("does not tell its appendfsync", "CONFIG|GET");

            try (RedisStreamsTransport strict =
                    RedisStreamsTransport.to(blind).requireDurability().build()) {
                Outcomes outcomes = new Outcomes(strict);
                assertUnavailable(outcomes.outcome(message("x")), "does not tell its appendfsync", "CONFIG|GET");
                jedis.aclSetUser("blind", "+config|get");
                assertThat(outcomes.outcome(message("x"))).isEqualTo(Outcome.CONFIRMED);
            }
        }
    }

    @Test
    void whatIsSentInAnswerToARefusalIsTriedAnew() {
        String late = "redis://punctual:secret@" + server.host() + ":" + server.port();
        CompletableFuture<Outcome> first = new CompletableFuture<>();
        CompletableFuture<Outcome> second = new CompletableFuture<>();
        try (Jedis jedis = server.connect()) {
            transport = RedisStreamsTransport.to(RedisServers.at(late)).build();
            transport.send(List.of(new Outgoing(1, message("x"), Instant.EPOCH, 1)), (token, refused) -> {
                jedis.aclSetUser("punctual", "on", ">secret", "~" + stream, "+xadd", "+info", "+config|get", "+ping");
                transport.send(
                        List.of(new Outgoing(2, message("x"), Instant.EPOCH, 1)),
                        (again, outcome) -> second.complete(outcome));
                first.complete(refused);
            });
            assertUnavailable(first.orTimeout(60, TimeUnit.SECONDS).join(), "WRONGPASS");
            assertThat(second.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(Outcome.CONFIRMED);
        }
    }

    @Test
    void anAddressThatIsNoneIsRefusedWithoutItsPassword() {
        transport = direct().build();
        for (String url : List.of(
                "redis://user:geheim word@host", "redis://user:geheim/x@host", "redis://user:geheim@host/geheim")) {
            assertThatThrownBy(() -> RedisServers.at(url))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("redis://")
                    .hasMessageNotContaining("geheim")
                    .hasNoCause();
        }
    }

    @Test
    void aStreamThatDoesNotExistIsUnavailableIfThatIsAskedFor() {
        transport = direct().existingStreamsOnly().build();
        Outcomes outcomes = new Outcomes(transport);
        assertUnavailable(outcomes.outcome(message("x")), "does not exist: create it");
        try (Jedis jedis = server.connect()) {
            jedis.xgroupCreate(stream, "g", null, true);
        }
        assertThat(outcomes.outcome(message("x"))).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void shardsHaveEachKeyOnce() {
        transport = direct().shards(4).build();
        Outcomes outcomes = new Outcomes(transport);
        for (int i = 0; i < 40; i++) {
            assertThat(outcomes.outcome(Message.to(stream).key("key-" + i % 10).text("x" + i)))
                    .isEqualTo(Outcome.CONFIRMED);
        }
        try (Jedis jedis = server.connect()) {
            Set<String> seen = new HashSet<>();
            int count = 0;
            for (String shard : new Shards(4).all(stream)) {
                List<Message> messages = Entries.messages(jedis, shard, stream);
                count += messages.size();
                Set<String> keys = new HashSet<>();
                messages.forEach(message -> keys.add(message.key().orElseThrow()));
                assertThat(keys).noneMatch(seen::contains);
                seen.addAll(keys);
            }
            assertThat(count).isEqualTo(40);
            assertThat(seen).hasSize(10);
            assertThat(jedis.exists(stream)).isFalse();
        }
    }

    @Test
    void aStreamIsTrimmedIfThatIsAskedFor() {
        transport = direct().maxLength(100).build();
        Outcomes outcomes = new Outcomes(transport);
        List<Long> tokens = IntStream.range(0, 1_000)
                .mapToObj(i -> outcomes.send(message("x" + i)))
                .toList();
        tokens.forEach(token -> assertThat(outcomes.await(token, SOON)).isEqualTo(Outcome.CONFIRMED));
        try (Jedis jedis = server.connect()) {
            assertThat(jedis.xlen(stream)).isBetween(100L, 300L);
        }
    }

    @Test
    void whatCannotBeIsRefusedByTheBuilder() {
        transport = direct().build();
        assertThatThrownBy(() -> direct().shards(3)).hasMessageContaining("shards 3 must be 1, 2, 4");
        assertThatThrownBy(() -> direct().replicas(0, Duration.ofSeconds(1))).hasMessageContaining("replicas 0");
        assertThatThrownBy(() -> direct().maxLength(0)).hasMessageContaining("maxLength 0");
        assertThatThrownBy(() -> direct().maxAge(Duration.ZERO)).hasMessageContaining("maxAge");
        assertThatThrownBy(() -> direct().responseTimeout(Duration.ZERO)).hasMessageContaining("responseTimeout");
        assertThatThrownBy(() -> RedisServers.at("http://x")).hasMessageContaining("redis://user:password@host:port");
        assertThatThrownBy(() -> RedisServers.cluster()).hasMessageContaining("at least one");
        assertThatThrownBy(() -> RedisServers.cluster("nowhere")).hasMessageContaining("'nowhere'");
    }

    private Message message(String text) {
        return Message.to(stream).text(text);
    }

    private List<String> ids() {
        try (Jedis jedis = server.connect()) {
            return Entries.messages(jedis, stream).stream().map(Message::id).toList();
        }
    }

    private static RedisStreamsTransport.Builder direct() {
        return RedisStreamsTransport.to(RedisServers.at(url(server.host(), server.port())));
    }

    private RedisStreamsTransport.Builder proxied() {
        proxy = FaultyProxy.to(server.host(), server.port());
        return RedisStreamsTransport.to(RedisServers.at(url(proxy.host(), proxy.port())));
    }

    private static String url(String host, int port) {
        return "redis://" + host + ":" + port;
    }

    private static void assertUnavailable(Outcome outcome, String... says) {
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThat(text(outcome)).contains(says);
    }

    private static String text(Outcome outcome) {
        return FailureText.of(((Outcome.Unavailable) outcome).error());
    }
}
