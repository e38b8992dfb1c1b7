package dev.outbox.faults.pipeline;

import dev.outbox.rabbitmq.RabbitTopology;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.RabbitServer;
import java.util.List;
import java.util.stream.Stream;

/** One node of RabbitMQ. For each group there are {@value RabbitClient#SHARDS} quorum queues, each of which one process reads at a time. */
final class RabbitBroker implements RunningBroker {
    private static final String DEAD = "dead";

    private final RabbitServer server = RabbitServer.start();
    private final List<FaultyProxy> ways;

    RabbitBroker(int ways) {
        this.ways = Stream.generate(() -> FaultyProxy.to(server.host(), server.port()))
                .limit(ways)
                .toList();
    }

    @Override
    public String address() {
        return address(server.host(), server.port());
    }

    @Override
    public List<FaultyProxy> ways() {
        return ways;
    }

    @Override
    public String address(FaultyProxy way) {
        return address(way.host(), way.port());
    }

    private String address(String host, int port) {
        return "amqp://" + server.user() + ":" + server.password() + "@" + host + ":" + port;
    }

    @Override
    public void create(String destination, String... groups) {
        RabbitTopology topology =
                RabbitTopology.create().exchange(destination, "direct").deadLetterQueue(DEAD);
        for (String group : groups) {
            for (int shard = 0; shard < RabbitClient.SHARDS; shard++) {
                String queue = RabbitClient.queue(destination, group, shard);
                topology.orderedQueue(queue, DEAD).bind(queue, destination, String.valueOf(shard));
            }
        }
        topology.declare(address());
        server.keepDeclarations();
    }

    /** A queue knows what it has, not what it had. */
    @Override
    public long appended(String destination) {
        return -1;
    }

    @Override
    public long unfinished(String destination, String group) {
        String prefix = RabbitClient.queue(destination, group, 0);
        return server.control("-q", "--no-table-headers", "list_queues", "name", "messages")
                .lines()
                .map(line -> line.split("\t", -1))
                .filter(columns -> columns[0].startsWith(prefix.substring(0, prefix.length() - 1)))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void freeze() {
        server.pause();
    }

    @Override
    public void thaw() {
        server.resume();
    }

    @Override
    public boolean endsConnections() {
        return true;
    }

    @Override
    public void endConnections() {
        server.control("close_all_connections", "for a test");
    }

    @Override
    public void close() {
        ways.forEach(FaultyProxy::close);
        server.close();
    }
}
