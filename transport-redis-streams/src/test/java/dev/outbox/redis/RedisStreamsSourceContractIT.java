package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.spi.Source;
import dev.outbox.testkit.SourceContract;
import dev.outbox.testservers.RedisServer;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** A stream that one process at a time owns. */
@Timeout(240)
class RedisStreamsSourceContractIT extends SourceContract {
    private final RedisServer server = RedisServer.shared();
    private final String stream = RedisServer.newStream();

    @Override
    protected Source source() {
        return builder().build();
    }

    RedisStreamsSource.Builder builder() {
        return RedisStreamsSource.from(RedisServers.at(server.url().toString()))
                .streams(stream)
                .destinations(any -> "orders")
                .createGroups();
    }

    @Override
    protected void append(Message message) {
        try (Jedis jedis = server.connect()) {
            Appending.append(jedis, stream, message);
        }
    }
}
