package dev.outbox.redis;

import java.time.Duration;
import java.util.function.Consumer;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * How a {@link Client} behaves.
 *
 * @param name of its threads
 * @param servers whom it talks to
 * @param connectTimeout for a connection
 * @param responseTimeout for the replies to what was sent in one go
 * @param patience how long a command waits for a connection
 * @param closeTimeout how long closing waits for replies
 * @param replication what has to follow a command before it counts as done
 * @param onOpen looks at each new connection, and may throw a {@link JedisException} to refuse it
 */
record ClientOptions(
        String name,
        RedisServers servers,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration patience,
        Duration closeTimeout,
        Replication replication,
        Consumer<Link> onOpen) {
    /**
     * How many replicas must have what was written.
     *
     * @param replicas 0 for none
     * @param timeout for their word
     */
    record Replication(int replicas, Duration timeout) {
        static final Replication NONE = new Replication(0, Duration.ZERO);

        /**
         * On a connection that has written nothing: WAIT then counts the replicas that are connected.
         *
         * @throws JedisException if there are too few, so that nothing need be sent
         */
        void check(Link link) {
            if (replicas > 0
                    && link.call(Protocol.Command.WAIT, Integer.toString(replicas), "1") instanceof Long connected
                    && connected < replicas) {
                throw new JedisException(
                        "Redis at " + link.address() + " has " + connected + " of " + replicas + " replicas");
            }
        }
    }

    /** After so long a command that was sent has an outcome. */
    Duration longestExchange() {
        return responseTimeout.plus(replication.timeout());
    }
}
