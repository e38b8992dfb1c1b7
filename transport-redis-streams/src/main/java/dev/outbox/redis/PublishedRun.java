package dev.outbox.redis;

import dev.outbox.spi.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Several XADDs of one key, of which Redis does all or none: MULTI, the XADDs, EXEC, written in one go. A command that Redis does not even queue makes EXEC do nothing; what
 * fails at EXEC (the key is no stream) fails for all, since all are for the same stream. If the connection breaks before EXEC has arrived nothing is
 * done, and if it breaks later all is.
 *
 * <p>Where no transaction is possible, as the user lacks the right or the slot of the stream is just moving to another node of a cluster, the run counts as failed, which
 * costs nobody an attempt: its messages come again one by one.
 */
final class PublishedRun extends Request {
    private final List<Publication> publications;
    private final int bytes;

    private PublishedRun(List<Publication> publications) {
        super(
                publications.get(0).stream(),
                Protocol.Command.EXEC,
                new byte[0][],
                publications.get(0).sinceNanos());
        this.publications = publications;
        this.bytes = publications.stream().mapToInt(Request::bytes).sum();
    }

    /** As one request: the publication if there is but one, else all of them as one. */
    static Request of(List<Publication> publications) {
        return publications.size() == 1 ? publications.get(0) : new PublishedRun(List.copyOf(publications));
    }

    @Override
    int bytes() {
        return bytes;
    }

    @Override
    void write(Link link) {
        if (link.refusesTransactions() == null) {
            link.write(Protocol.Command.MULTI);
            publications.forEach(publication -> publication.write(link));
            super.write(link);
        }
    }

    @Override
    @Nullable
    Object read(Link link) {
        JedisDataException refusal = link.refusesTransactions();
        if (refusal != null) {
            throw new NoTransaction(refusal);
        }
        readBegin(link);
        try {
            for (int replies = 0; replies < publications.size(); replies++) {
                refusal = readQueued(link, refusal);
            }
            Object results = super.read(link);
            if (refusal == null) {
                return results;
            }
        } catch (JedisDataException aborted) {
            refusal = refusal == null ? aborted : refusal;
        } catch (JedisConnectionException broken) {
            if (refusal == null) {
                throw broken;
            }
            // What was not queued makes EXEC do nothing, whether we hear of that or not.
        }
        throw refusal;
    }

    /** MULTI is refused only if a right was taken away a moment ago: then each command was done or refused for itself. */
    private static void readBegin(Link link) {
        try {
            link.read();
        } catch (JedisDataException refused) {
            throw new JedisConnectionException("what was sent as one was taken one by one", refused);
        }
    }

    /** The first of the reasons why a command was not queued. */
    private static @Nullable JedisDataException readQueued(Link link, @Nullable JedisDataException earlier) {
        try {
            link.read();
            return earlier;
        } catch (JedisDataException refused) {
            return earlier == null ? refused : earlier;
        }
    }

    /** Asked by way of exception, Redis takes one command and no transaction. */
    @Override
    boolean redirect(boolean ask) {
        return !ask && super.redirect(false);
    }

    @Override
    void onReply(@Nullable Object reply) {
        List<?> results = reply instanceof List<?> list ? list : List.of();
        if (results.size() != publications.size()) {
            onLost(new IllegalStateException(
                    "EXEC has " + results.size() + " results for " + publications.size() + " commands"));
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof JedisDataException error) {
                publications.get(i).onError(error);
            } else {
                publications.get(i).onReply(results.get(i));
            }
        }
    }

    @Override
    void onError(JedisDataException error) {
        if (error instanceof JedisAskDataException || error instanceof NoTransaction) {
            publications.forEach(publication -> publication.report(new Outcome.Failed(error)));
        } else {
            publications.forEach(publication -> publication.onError(error));
        }
    }

    @Override
    void onNotSent(Throwable why) {
        publications.forEach(publication -> publication.onNotSent(why));
    }

    @Override
    void onLost(Throwable why) {
        publications.forEach(publication -> publication.onLost(why));
    }

    /** The server takes the commands, but not as one. */
    private static final class NoTransaction extends JedisDataException {
        private static final long serialVersionUID = 1L;

        NoTransaction(JedisDataException refusal) {
            super(refusal.getMessage(), refusal);
        }
    }
}
