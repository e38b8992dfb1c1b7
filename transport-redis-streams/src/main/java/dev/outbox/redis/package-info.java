/**
 * Messages to Redis Streams and from them. {@link dev.outbox.redis.RedisStreamsTransport} publishes, {@link dev.outbox.redis.RedisStreamsSource} reads; what it writes is CloudEvents 1.0, an attribute a field,
 * which consumers in any language can read. {@link dev.outbox.redis.RedisServers} says how the servers are reached.
 */
@NullMarked
package dev.outbox.redis;

import org.jspecify.annotations.NullMarked;
