package dev.outbox.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.Outcome;
import dev.outbox.testkit.Outcomes;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Two consumers without a database share the shards of a destination, while one is cut off and comes back; what fails becomes an entry of another stream. */
@Timeout(300)
class RedisConsumerFaultIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int KEYS = 20;
    private static final int MESSAGES = 1_000;
    private static final String POISON = "key-7:10";

    private final RedisServer server = RedisServer.shared();
    private final String orders = RedisServer.newStream();
    private final String dead = RedisServer.newStream();
    private final List<String> effects = new ArrayList<>();

    @Test
    void g7_firstEffectsKeepTheirOrderAndWhatFailsIsSetAside() {
        FaultyProxy proxy = FaultyProxy.to(server.host(), server.port());
        try (proxy;
                RedisStreamsTransport transport =
                        RedisStreamsTransport.to(direct()).shards(4).build();
                RedisStreamsTransport letters =
                        RedisStreamsTransport.to(direct()).build();
                Consumer one = consumer(RedisServers.at("redis://" + proxy.host() + ":" + proxy.port()), letters);
                Consumer other = consumer(direct(), letters)) {
            assertThat(one.state()).isEqualTo(Consumer.State.RUNNING);
            assertThat(other.state()).isEqualTo(Consumer.State.RUNNING);
            Outcomes outcomes = new Outcomes(transport);
            publish(outcomes, 0, MESSAGES / 2);
            awaitEffects(MESSAGES / 4);
            proxy.freeze();
            publish(outcomes, MESSAGES / 2, MESSAGES);
            awaitEffects(MESSAGES - 1);
            proxy.thaw();
            Awaitility.await("nothing is pending").atMost(SOON).until(() -> pending() == 0);
            try (Jedis jedis = server.connect()) {
                assertThat(Entries.messages(jedis, dead))
                        .extracting(Recording::text)
                        .contains(POISON);
            }
        }
        assertThat(firstEffectsByKey())
                .hasSize(KEYS)
                .allSatisfy((key, numbers) -> assertThat(numbers)
                        .as(key)
                        .isSorted()
                        .hasSize(MESSAGES / KEYS - (POISON.startsWith(key + ":") ? 1 : 0)));
    }

    private RedisServers direct() {
        return RedisServers.at(server.url().toString());
    }

    private Consumer consumer(RedisServers servers, RedisStreamsTransport letters) {
        RedisStreamsSource source = RedisStreamsSource.from(servers)
                .streams(orders)
                .shards(4)
                .createGroups()
                .lease(Duration.ofSeconds(2))
                .responseTimeout(Duration.ofSeconds(1))
                .build();
        return Consumer.of(source, Recording.CONSUMER)
                .handler(delivery -> handle(delivery.message()))
                .retry(RetryPolicy.fixed(Duration.ofMillis(20)).maxAttempts(2))
                .deadLettersTo(letters, dead)
                .start();
    }

    private void handle(Message message) {
        String text = Recording.text(message);
        if (text.equals(POISON)) {
            throw new IllegalArgumentException("poison");
        }
        synchronized (effects) {
            effects.add(text);
        }
    }

    private void publish(Outcomes outcomes, int from, int to) {
        List<Long> tokens = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String key = "key-" + i % KEYS;
            tokens.add(outcomes.send(Message.to(orders).key(key).text(key + ":" + i / KEYS)));
        }
        tokens.forEach(token -> assertThat(outcomes.await(token, SOON)).isEqualTo(Outcome.CONFIRMED));
    }

    private void awaitEffects(int distinct) {
        Awaitility.await(distinct + " effects").atMost(SOON).until(() -> {
            synchronized (effects) {
                return new HashSet<>(effects).size() >= distinct;
            }
        });
    }

    private Map<String, List<Integer>> firstEffectsByKey() {
        Map<String, List<Integer>> byKey = new HashMap<>();
        Set<String> seen = new HashSet<>();
        synchronized (effects) {
            for (String effect : effects) {
                if (seen.add(effect)) {
                    String[] parts = effect.split(":");
                    byKey.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(Integer.valueOf(parts[1]));
                }
            }
        }
        return byKey;
    }

    private long pending() {
        try (Jedis jedis = server.connect()) {
            return new Shards(4)
                    .all(orders).stream()
                            .mapToLong(shard ->
                                    jedis.xpending(shard, Recording.CONSUMER).getTotal())
                            .sum();
        }
    }
}
