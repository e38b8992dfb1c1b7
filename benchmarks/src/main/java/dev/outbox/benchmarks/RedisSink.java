package dev.outbox.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
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

    private final Jedis jedis;
    private final byte[] stream;
    private final Attributes attributes;
    private final ExecutorService sender = Executors.newSingleThreadExecutor();

    RedisSink(Jedis jedis, String stream, Attributes attributes) {
        this.jedis = jedis;
        this.stream = stream.getBytes(UTF_8);
        this.attributes = attributes;
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
            connection.sendCommand(Protocol.Command.XADD, arguments(row));
        }
        for (Object reply : connection.getMany(batch.size())) {
            if (reply instanceof JedisDataException failed) {
                throw failed;
            }
        }
    }

    private byte[][] arguments(MinimumTable.Row row) {
        List<byte[]> arguments = new ArrayList<>(List.of(stream, NEXT));
        if (attributes == Attributes.ALL) {
            Attributes.forEach(row, (name, value) -> add(arguments, "ce_" + name, value));
            add(arguments, "ce_partitionkey", row.key());
            add(arguments, "content-type", Attributes.CONTENT_TYPE);
        } else {
            add(arguments, "id", row.id());
            add(arguments, "type", row.type());
            add(arguments, "key", row.key());
        }
        arguments.add("data".getBytes(UTF_8));
        arguments.add(row.payload().sharedBytes());
        return arguments.toArray(byte[][]::new);
    }

    private static void add(List<byte[]> arguments, String name, String value) {
        arguments.add(name.getBytes(UTF_8));
        arguments.add(value.getBytes(UTF_8));
    }

    @Override
    public void close() {
        sender.shutdown();
        jedis.close();
    }
}
