package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * Commands that are written in one go, and their replies, each to its own command. If the connection breaks, what was written is lost or not, nobody knows; what was
 * not yet written was certainly not sent.
 */
final class Exchange {
    private final Client client;
    private final Link link;
    private final List<Request> batch;
    private final long sinceNanos;
    private final ClientOptions.Replication replication;
    private final List<Done> unconfirmed = new ArrayList<>();
    private boolean sound = true;

    private record Done(Request request, @Nullable Object reply) {}

    Exchange(Client client, Link link, List<Request> batch, long sinceNanos) {
        this.client = client;
        this.link = link;
        this.batch = List.copyOf(batch);
        this.sinceNanos = sinceNanos;
        this.replication = client.options().replication();
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Breaks the connection, and waits for no reply any more; from any thread. */
    void giveUp(Throwable why) {
        // First the reports: closing a socket with TLS may wait for whoever writes to it.
        batch.forEach(request -> request.lost(why));
        link.abort();
    }

    /** Whether the connection is good for more. */
    boolean run() {
        if (write()) {
            read();
        }
        return sound && !link.isBroken();
    }

    private boolean write() {
        int begun = 0;
        try {
            for (Request request : batch) {
                begun++;
                if (request.isAsking()) {
                    link.write(Protocol.Command.ASKING);
                }
                request.write(link);
            }
            if (replication.replicas() > 0) {
                link.write(Protocol.Command.WAIT, number(replication.replicas()), number(waitMillis()));
            }
            return true;
        } catch (RuntimeException broken) {
            batch.subList(0, begun).forEach(request -> request.lost(broken));
            batch.subList(begun, batch.size()).forEach(request -> request.notSent(broken));
            sound = false;
            return false;
        }
    }

    private void read() {
        int next = 0;
        try {
            for (; next < batch.size(); next++) {
                read(batch.get(next));
            }
            if (replication.replicas() > 0) {
                confirm(link.read());
            }
        } catch (RuntimeException broken) {
            batch.subList(next, batch.size()).forEach(request -> request.lost(broken));
            unconfirmed.forEach(done -> done.request().lost(broken));
            sound = false;
        }
    }

    private void read(Request request) {
        try {
            if (request.isAsking()) {
                link.read();
            }
            Object reply = request.read(link);
            if (replication.replicas() > 0) {
                unconfirmed.add(new Done(request, reply));
            } else {
                request.replied(reply);
            }
        } catch (JedisRedirectionException elsewhere) {
            redirect(request, elsewhere);
        } catch (JedisDataException error) {
            sound &= !Failures.endsConnection(error);
            request.failed(error);
        }
    }

    private void redirect(Request request, JedisRedirectionException elsewhere) {
        HostAndPort target = elsewhere.getTargetNode();
        boolean ask = elsewhere instanceof JedisAskDataException;
        if (target == null || client.isClosed() || !request.redirect(ask)) {
            request.failed(elsewhere);
        } else {
            client.redirect(request, target, !ask);
        }
    }

    private void confirm(@Nullable Object count) {
        long replicas = count instanceof Long number ? number : 0;
        JedisConnectionException tooFew = new JedisConnectionException("only " + replicas + " of "
                + replication.replicas() + " replicas have said within " + replication.timeout()
                + " that they have the message");
        for (Done done : unconfirmed) {
            if (replicas >= replication.replicas()) {
                done.request().replied(done.reply());
            } else {
                done.request().lost(tooFew);
            }
        }
        unconfirmed.clear();
        // The next connection begins with the question whether there are enough replicas.
        sound &= replicas >= replication.replicas();
    }

    private long waitMillis() {
        return Math.max(1, replication.timeout().toMillis());
    }

    private static byte[] number(long value) {
        return Long.toString(value).getBytes(UTF_8);
    }
}
