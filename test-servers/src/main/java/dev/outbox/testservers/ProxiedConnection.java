package dev.outbox.testservers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** One connection through a {@link FaultyProxy}; it ends as a whole when either side ends it. */
final class ProxiedConnection {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Socket client;
    private final Socket server;
    private final LinkCondition condition;
    private volatile boolean hole;
    private volatile boolean closed;
    private volatile boolean held;

    ProxiedConnection(Socket client, Socket server, LinkCondition condition) {
        this.client = client;
        this.server = server;
        this.condition = condition;
    }

    /** Waits until the link lets something pass; fails if the connection is closed meanwhile. */
    void awaitPassage() throws IOException {
        awaitPassage(0);
    }

    private void awaitPassage(int bytes) throws IOException {
        condition.awaitPassage(bytes, () -> closed, () -> held);
    }

    /** Forwards from the client to the server until the connection ends. */
    void forwardRequests() {
        forward(client, server, Direction.REQUESTS);
    }

    /** Forwards from the server to the client until the connection ends. */
    void forwardReplies() {
        forward(server, client, Direction.REPLIES);
    }

    private enum Direction {
        REQUESTS,
        REPLIES
    }

    private void forward(Socket from, Socket to, Direction direction) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            while (true) {
                int length = input.read(buffer);
                if (direction == Direction.REQUESTS && length > 0 && condition.springsTrap(buffer, length)) {
                    held = true;
                }
                // The end waits too: across a frozen link nobody learns that the other side has gone.
                awaitPassage(Math.max(length, 0));
                if (length < 0) {
                    return;
                } else if (direction == Direction.REPLIES && condition.dropsReplies()) {
                    hole = true;
                } else {
                    output.write(buffer, 0, length);
                }
            }
        } catch (IOException ended) {
            // By a peer or by close(): the other side is told below.
        } finally {
            close();
        }
    }

    /** Whether bytes from the server were discarded. */
    boolean hasHole() {
        return hole;
    }

    /** Whether this connection is frozen by itself. */
    boolean isHeld() {
        return held;
    }

    /** Lets it go on; whoever waits for it has to be woken. */
    void letGo() {
        held = false;
    }

    /** Closes both sides. Further calls have no effect. */
    void close() {
        closed = true;
        condition.changed();
        closeQuietly(client);
        closeQuietly(server);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            // Then it is closed as well.
        }
    }
}
