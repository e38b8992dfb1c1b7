package dev.outbox.rabbitmq;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets whose output is gathered while messages are published. The client flushes after each message, which is a call of the operating system for each, and
 * one more for the broker to read it; gathered, they are written when there is nothing to publish any more, or when there are many.
 *
 * <p>Only what is written within {@link #gather} waits, and only until {@link #flush}, which has to follow soon. Everything else, such as what asks the broker
 * something and awaits its answer, is written at once, and what waits goes before it. Not for TLS, whose sockets the client makes in another way.
 */
final class Gathering extends SocketFactory {
    /** Publishes a message. */
    interface Publishing {
        void run() throws IOException;
    }

    private volatile @Nullable Output latest;

    /** Publishes, and lets what that writes wait for {@link #flush}. By one thread at a time. */
    void gather(Publishing publishing) throws IOException {
        Output output = latest;
        if (output == null) {
            publishing.run();
            return;
        }
        output.gathering = true;
        try {
            publishing.run();
        } finally {
            output.gathering = false;
        }
    }

    /** Writes what waits. */
    void flush() throws IOException {
        Output output = latest;
        if (output != null) {
            output.flush();
        }
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public OutputStream getOutputStream() throws IOException {
                Output output = new Output(super.getOutputStream());
                latest = output;
                return output;
            }
        };
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw connected();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw connected();
    }

    private static UnsupportedOperationException connected() {
        return new UnsupportedOperationException("the client connects its sockets by itself");
    }

    /** Gathers up to {@value #CAPACITY} bytes. Thread-safe. */
    static final class Output extends OutputStream {
        private static final int CAPACITY = 1 << 16;

        private final OutputStream socket;
        private final byte[] waiting = new byte[CAPACITY];
        private int count;
        private volatile boolean gathering;

        Output(OutputStream socket) {
            this.socket = socket;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > CAPACITY - count) {
                writeWaiting();
            }
            if (length > CAPACITY) {
                socket.write(bytes, offset, length);
                return;
            }
            System.arraycopy(bytes, offset, waiting, count, length);
            count += length;
        }

        @Override
        public void flush() throws IOException {
            if (!gathering) {
                writeWaiting();
            }
        }

        private synchronized void writeWaiting() throws IOException {
            int length = count;
            count = 0;
            if (length > 0) {
                socket.write(waiting, 0, length);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
