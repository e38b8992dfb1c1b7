package dev.outbox.redis;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** An XADD on its way, and its one outcome. */
final class Publication extends Request {
    private final long token;
    private final OutcomeListener outcomes;

    Publication(String stream, byte[][] arguments, long sinceNanos, long token, OutcomeListener outcomes) {
        super(stream, Protocol.Command.XADD, arguments, sinceNanos);
        this.token = token;
        this.outcomes = outcomes;
    }

    void report(Outcome outcome) {
        outcomes.onOutcome(token, outcome);
    }

    @Override
    void onReply(@Nullable Object reply) {
        outcomes.onOutcome(
                token,
                reply != null
                        ? Outcome.CONFIRMED
                        // XADD with NOMKSTREAM.
                        : new Outcome.Unavailable(new RedisSendException(
                                "stream '" + stream()
                                        + "': the stream does not exist: create it, correct the destination, or leave"
                                        + " existingStreamsOnly out",
                                null)));
    }

    @Override
    void onError(JedisDataException error) {
        outcomes.onOutcome(token, Failures.refused(stream(), error));
    }

    @Override
    void onNotSent(Throwable why) {
        outcomes.onOutcome(token, Failures.notSent(stream(), why));
    }

    @Override
    void onLost(Throwable why) {
        outcomes.onOutcome(token, Failures.lost(stream(), why));
    }
}
