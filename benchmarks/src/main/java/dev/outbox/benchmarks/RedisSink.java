package dev.outbox.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** Pipelined XADDs, on a thread of their own. */
final class RedisSink implements MinimumSink {
    private static final byte[] NEXT = "*".getBytes(UTF_8);
    private static final byte[] ID = "id".getBytes(UTF_8);
    private static final byte[] TYPE = "type".getBytes(UTF_8);
    private static final byte[] KEY = "key".getBytes(UTF_8);
    private static final byte[] DATA = "data".getBytes(UTF_8);

    private final Jedis jedis;
    private final byte[] stream;
    private final ExecutorService sender = Executors.newSingleThreadExecutor();

    RedisSink(Jedis jedis, String stream) {
        this.jedis = jedis;
        this.stream = stream.getBytes(UTF_8);
    }

    @Override
    public Sent send(List<MinimumTable.Row> batch) {
        Future<?> sent = sender.submit(() -> add(batch));
        return () -> {
            try {
                sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("Redis has not taken a message", e);
            }
        };
    }

    private void add(List<MinimumTable.Row> batch) {
        Connection connection = jedis.getConnection();
        for (MinimumTable.Row row : batch) {
            byte[] id = row.id().getBytes(UTF_8);
            byte[] type = row.type().getBytes(UTF_8);
            byte[] key = row.key().getBytes(UTF_8);
            byte[] data = row.payload().sharedBytes();
            connection.sendCommand(Protocol.Command.XADD, stream, NEXT, ID, id, TYPE, type, KEY, key, DATA, data);
        }
        for (Object reply : connection.getMany(batch.size())) {
            if (reply instanceof JedisDataException failed) {
                throw failed;
            }
        }
    }

    @Override
    public void close() {
        sender.shutdown();
        jedis.close();
    }
}
