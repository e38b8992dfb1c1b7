package dev.outbox.testservers;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client of {@link EchoServer} that waits ten seconds at most. */
final class EchoClient implements AutoCloseable {
    private static final int BOUND_MILLIS = 10_000;

    private final Socket socket;

    private EchoClient(Socket socket) {
        this.socket = socket;
    }

    static EchoClient connect(String host, int port) throws IOException {
        return new EchoClient(new Socket(host, port));
    }

    static EchoClient connect(FaultyProxy proxy) throws IOException {
        return connect(proxy.host(), proxy.port());
    }

    String echo(String text) throws IOException {
        send(text);
        return receive();
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The next line, or an empty text if the connection was ended in an orderly way. */
    String receive() throws IOException {
        socket.setSoTimeout(BOUND_MILLIS);
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read(); next >= 0 && next != '\n'; ) {
            line.append((char) next);
            next = socket.getInputStream().read();
        }
        return line.toString();
    }

    /** Whether nothing comes, not even the end. */
    boolean isSilentFor(Duration duration) throws IOException {
        socket.setSoTimeout((int) duration.toMillis());
        try {
            socket.getInputStream().read();
            return false;
        } catch (SocketTimeoutException silent) {
            return true;
        }
    }

    /** Whether the other side has ended the connection, in an orderly way or not. */
    boolean isEnded() {
        try {
            return receive().isEmpty();
        } catch (SocketTimeoutException silent) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
