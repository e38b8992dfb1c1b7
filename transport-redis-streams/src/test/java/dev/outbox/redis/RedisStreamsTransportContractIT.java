package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.spi.Transport;
import dev.outbox.testkit.TransportContract;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RedisServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

@Timeout(300)
class RedisStreamsTransportContractIT extends TransportContract {
    /** As large as a payload may be. */
    private static final int LARGEST = 1 << 20;

    private static RedisServer server;

    private final String stream = RedisServer.newStream();
    private final String noStream = RedisServer.newStream();
    private FaultyProxy proxy;
    private RedisStreamsTransport transport;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start(Map.of("proto-max-bulk-len", String.valueOf(LARGEST)));
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        proxy = FaultyProxy.to(server.host(), server.port());
        transport = RedisStreamsTransport.to(RedisServers.at("redis://" + proxy.host() + ":" + proxy.port()))
                .build();
        try (Jedis jedis = server.connect()) {
            jedis.set(noStream, "a string");
        }
    }

    @AfterEach
    void disconnect() {
        transport.close();
        proxy.close();
    }

    @Override
    protected Transport transport() {
        return transport;
    }

    @Override
    protected String destination() {
        return stream;
    }

    @Override
    protected String missingDestination() {
        return noStream;
    }

    @Override
    protected List<Message> arrived() {
        try (Jedis jedis = server.connect()) {
            return Entries.messages(jedis, stream);
        }
    }

    @Override
    protected Message refused(String key) {
        return Message.to(stream).key(key).bytes(new byte[LARGEST + 1]);
    }

    @Override
    protected void stopAnswering() {
        proxy.freeze();
    }
}
