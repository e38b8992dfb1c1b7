package dev.outbox.redis;

import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;

/** Where to go as long as nobody has sent us elsewhere. */
@FunctionalInterface
interface FrontDoor {
    /**
     * The address, at this moment. May wait for servers, within the connection's limits.
     *
     * @throws JedisException if nobody says where it is
     */
    HostAndPort find();
}
