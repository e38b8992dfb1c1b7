package dev.outbox.redis;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** An XACK on its way. One that has failed, or of which nobody knows, may simply be repeated. */
final class Acknowledgement extends Request {
    private final Runnable onDone;
    private final Consumer<Throwable> onFailure;

    Acknowledgement(Group group, List<String> ids, long sinceNanos, Runnable onDone, Consumer<Throwable> onFailure) {
        super(group.stream(), Protocol.Command.XACK, group.acknowledgement(ids), sinceNanos);
        this.onDone = onDone;
        this.onFailure = onFailure;
    }

    @Override
    void onReply(@Nullable Object reply) {
        onDone.run();
    }

    @Override
    void onError(JedisDataException error) {
        onFailure.accept(error);
    }

    @Override
    void onNotSent(Throwable why) {
        onFailure.accept(why);
    }

    @Override
    void onLost(Throwable why) {
        onFailure.accept(why);
    }
}
