package dev.outbox.redis;

import dev.outbox.spi.Source;

/** A stream that all processes read; with one of them there is an order nevertheless. */
class UnorderedRedisStreamsSourceContractIT extends RedisStreamsSourceContractIT {
    @Override
    protected Source source() {
        return builder().unordered().build();
    }
}
