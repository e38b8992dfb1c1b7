package dev.outbox.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy in front of a server that behaves until it is told not to.
 *
 * <p>A fault takes hold of all connections, also of those that are opened later, until it is taken back. What the proxy
 * was writing in the moment of the call still arrives, as on a real network.
 *
 * <p>Thread-safe. Each connection has two daemon threads and one buffer of 64 KB a direction.
 */
public final class FaultyProxy implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final LinkCondition condition = new LinkCondition();
    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Thread acceptor;

    private FaultyProxy(ServerSocket listener, InetSocketAddress server) {
        this.listener = listener;
        this.server = server;
        this.acceptor = daemon(this::accept, "faulty-proxy-" + listener.getLocalPort());
    }

    /**
     * Starts to listen on a free port of the loopback interface. Nothing has to listen at the server's address yet.
     *
     * @throws UncheckedIOException if no port can be had
     */
    public static FaultyProxy to(String host, int port) {
        try {
            ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
            return new FaultyProxy(listener, InetSocketAddress.createUnresolved(host, port));
        } catch (IOException noPort) {
            throw new UncheckedIOException("Cannot listen for " + host + ":" + port, noPort);
        }
    }

    /** The address at which the proxy listens. */
    public String host() {
        return listener.getInetAddress().getHostAddress();
    }

    /** The port at which the proxy listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Closes all connections to both sides. New ones are accepted. */
    public void cut() {
        connections.forEach(ProxiedConnection::close);
    }

    /** Stops forwarding, in both directions; the connections stay open and new ones are accepted. */
    public void freeze() {
        condition.freeze();
    }

    /**
     * Freezes the next connection by which a client sends this text, before the piece with the text goes on; the others are
     * not affected. The text has to come in one piece of at most 64 KB. {@link #thaw()} ends it, and takes back a trap that nothing has sprung.
     */
    public void freezeConnectionThatSends(String text) {
        condition.setTrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** How many open connections are frozen since {@link #freezeConnectionThatSends(String)}. */
    public int heldConnections() {
        return (int) connections.stream().filter(ProxiedConnection::isHeld).count();
    }

    /**
     * Goes on forwarding where {@link #freeze()} or {@link #freezeConnectionThatSends(String)} stopped it; nothing was lost,
     * and what a client sent before it gave up still arrives.
     */
    public void thaw() {
        condition.setTrap(new byte[0]);
        connections.forEach(ProxiedConnection::letGo);
        condition.thaw();
    }

    /**
     * Discards what the server sends; what the client sends arrives. So a COMMIT is executed and nobody learns of it.
     * {@link #deliverReplies()} ends it.
     */
    public void dropReplies() {
        condition.dropReplies();
    }

    /**
     * Forwards what the server sends again, and cuts the connections of which something was discarded: what would follow
     * the hole makes no sense.
     */
    public void deliverReplies() {
        condition.deliverReplies();
        connections.stream().filter(ProxiedConnection::hasHole).forEach(ProxiedConnection::close);
    }

    /**
     * Delays each piece of at most 64 KB by this time, in each direction, and also each
     * new connection. The next piece waits behind it: the connection's throughput falls too.
     *
     * @param duration zero ends the delay
     * @throws IllegalArgumentException if the duration is negative
     */
    public void delay(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("The delay must not be negative but was " + duration);
        }
        condition.delay(duration);
    }

    /**
     * Lets at most so many bytes pass in a second, for each connection and direction.
     *
     * @param bytesPerSecond 0 ends it
     * @throws IllegalArgumentException if the number is negative
     */
    public void throttle(int bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("The bytes a second must not be negative but were " + bytesPerSecond);
        }
        condition.throttle(bytesPerSecond);
    }

    /** Stops listening and closes all connections. Further calls have no effect. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException closeFailed) {
            throw new UncheckedIOException("Cannot stop listening on " + port(), closeFailed);
        } finally {
            // The operating system goes on listening until the blocked accept has returned.
            Await.holdsWithin(() -> !acceptor.isAlive(), CLOSE_BOUND);
            cut();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                daemon(() -> connect(client), "faulty-proxy-" + port() + "-from-" + client.getPort());
            } catch (IOException closedOrAborted) {
                // Closed by close(), or given up by the client before it was accepted.
            }
        }
    }

    // In a thread of its own: while the server's machine does not answer, others must be accepted.
    private void connect(Socket client) {
        Socket upstream = new Socket();
        ProxiedConnection connection = new ProxiedConnection(client, upstream, condition);
        connections.add(connection);
        try {
            connection.awaitPassage();
            upstream.connect(new InetSocketAddress(server.getHostString(), server.getPort()), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            daemon(connection::forwardReplies, "faulty-proxy-" + port() + "-to-" + client.getPort());
            if (!listener.isClosed()) {
                connection.forwardRequests();
            }
        } catch (IOException unreachable) {
            // The client sees its connection closed.
        } finally {
            connection.close();
            connections.remove(connection);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
