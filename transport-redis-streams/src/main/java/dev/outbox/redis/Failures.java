package dev.outbox.redis;

import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import java.util.List;
import java.util.function.Function;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What follows from an error that Redis replies. Such a command has certainly done nothing.
 *
 * <table>
 * <caption>Errors and what follows</caption>
 * <thead><tr><th>error</th><th>outcome</th><th>new connection</th></tr></thead>
 * <tbody>
 * <tr><td>{@code OOM}: {@code maxmemory} is reached and nothing may be evicted</td><td>unavailable</td><td>no</td></tr>
 * <tr><td>{@code READONLY}: a replica, which was the master, perhaps</td><td>unavailable</td><td>yes</td></tr>
 * <tr><td>{@code LOADING}, {@code MASTERDOWN}, {@code BUSY}, {@code TRYAGAIN}</td><td>unavailable</td><td>no</td></tr>
 * <tr><td>{@code NOREPLICAS}: fewer replicas than {@code min-replicas-to-write}</td><td>unavailable</td><td>no</td></tr>
 * <tr><td>{@code MISCONF}: it cannot write to its disk</td><td>unavailable</td><td>no</td></tr>
 * <tr><td>{@code CLUSTERDOWN}, {@code MOVED}, {@code ASK} again and again</td><td>unavailable</td><td>yes</td></tr>
 * <tr><td>{@code NOAUTH}, {@code WRONGPASS}</td><td>unavailable</td><td>yes</td></tr>
 * <tr><td>{@code NOPERM}: the user lacks a right</td><td>unavailable</td><td>no</td></tr>
 * <tr><td>{@code WRONGTYPE}: the key is no stream</td><td>unavailable</td><td>no</td></tr>
 * <tr><td>{@code ERR max number of clients reached}</td><td>unavailable</td><td>yes</td></tr>
 * <tr><td>{@code ERR Protocol error: invalid bulk length}: larger than {@code proto-max-bulk-len}</td><td>rejected</td><td>yes</td></tr>
 * <tr><td>any other</td><td>failed</td><td>no</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Without a reply, a command that was written is unknown, and one that was not is unavailable.
 */
final class Failures {
    private static final List<Rule> RULES = List.of(
            stays("OOM", "Redis has reached maxmemory: trim streams, raise maxmemory, or let consumers catch up"),
            ends(
                    "READONLY",
                    "the server is a replica: after a failover the master is looked for again; if the address is fixed, correct it"),
            stays("LOADING", "Redis is starting and reads its data"),
            stays("MASTERDOWN", "the replica has lost its master"),
            stays("BUSY", "a script or a function occupies Redis"),
            stays("TRYAGAIN", "the cluster is moving the stream"),
            stays("NOREPLICAS", "fewer replicas are connected than min-replicas-to-write asks for"),
            stays("MISCONF", "Redis cannot save to its disk and takes no writes: see its log"),
            ends("CLUSTERDOWN", "the cluster does not serve the stream's slot: see CLUSTER INFO"),
            ends("MOVED", "the cluster sends us from node to node: see whether its nodes agree on CLUSTER SLOTS"),
            ends("ASK", "the cluster sends us from node to node while a slot moves"),
            ends("NOAUTH", "Redis wants a user and a password: give them to RedisServers"),
            ends("WRONGPASS", "check the user and the password, and whether the user is enabled"),
            stays("NOPERM", "grant the user the command and the stream, with ACL SETUSER"),
            stays(
                    "WRONGTYPE",
                    "the key holds something other than a stream: map the destination to another one with"
                            + " RedisStreamsTransport's streams"),
            ends("ERR max number of clients reached", "Redis takes no more connections: raise maxclients"),
            new Rule(
                    "ERR Protocol error: invalid bulk length",
                    Outcome.Rejected::new,
                    Connection.ENDS,
                    "the message is larger than proto-max-bulk-len: raise it, or store large content elsewhere and send a"
                            + " reference"));

    private static final Rule ANY_OTHER =
            new Rule("", Outcome.Failed::new, Connection.STAYS, "Redis has refused the command");
    private static final String NO_CONNECTION =
            "there is no connection to Redis: see whether it runs and can be reached";
    private static final String NO_REPLY = "Redis has not replied";

    private enum Connection {
        STAYS,
        ENDS
    }

    private record Rule(String prefix, Function<Throwable, Outcome> outcome, Connection connection, String advice) {}

    private Failures() {}

    private static Rule stays(String prefix, String advice) {
        return new Rule(prefix, Outcome.Unavailable::new, Connection.STAYS, advice);
    }

    private static Rule ends(String prefix, String advice) {
        return new Rule(prefix, Outcome.Unavailable::new, Connection.ENDS, advice);
    }

    /** What became of a message for {@code stream} that Redis has refused. */
    static Outcome refused(String stream, JedisDataException error) {
        Rule rule = rule(error);
        return rule.outcome().apply(explained(stream, rule.advice(), error));
    }

    /** What became of a message for {@code stream} that was not sent. */
    static Outcome notSent(String stream, Throwable why) {
        String advice = why instanceof JedisDataException error && !rule(error).equals(ANY_OTHER)
                ? rule(error).advice()
                : NO_CONNECTION;
        return new Outcome.Unavailable(explained(stream, advice, why));
    }

    /** What became of a message for {@code stream} that may have been sent. */
    static Outcome lost(String stream, Throwable why) {
        return new Outcome.Unknown(explained(stream, NO_REPLY, why));
    }

    /** Whether another connection may do better than the one that got {@code error}. */
    static boolean endsConnection(JedisDataException error) {
        return rule(error).connection() == Connection.ENDS;
    }

    /** What {@code failure} means and says, for a log. */
    static String text(JedisException failure) {
        String advice =
                failure instanceof JedisDataException error ? rule(error).advice() : "not reachable";
        return advice + ": " + FailureText.of(failure);
    }

    private static Throwable explained(String stream, String advice, Throwable why) {
        return new RedisSendException("stream '" + stream + "': " + advice, why);
    }

    private static Rule rule(JedisDataException error) {
        String text = String.valueOf(error.getMessage());
        return RULES.stream()
                .filter(rule -> text.regionMatches(
                        true, 0, rule.prefix(), 0, rule.prefix().length()))
                .findFirst()
                .orElse(ANY_OTHER);
    }
}
