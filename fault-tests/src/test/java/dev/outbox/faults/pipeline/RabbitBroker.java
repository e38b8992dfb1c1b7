package dev.outbox.faults.pipeline;

import dev.outbox.rabbitmq.RabbitTopology;
import dev.outbox.testservers.RabbitServer;

/** One node of RabbitMQ. For each group there are {@value RabbitClient#SHARDS} quorum queues, each of which one process reads at a time. */
final class RabbitBroker implements RunningBroker {
    private static final String DEAD = "dead";

    private final RabbitServer server = RabbitServer.start();

    @Override
    public String address() {
        return "amqp://" + server.user() + ":" + server.password() + "@" + server.host() + ":" + server.port();
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
    public void close() {
        server.close();
    }
}
