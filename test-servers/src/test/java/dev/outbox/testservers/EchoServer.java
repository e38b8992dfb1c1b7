package dev.outbox.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that sends back what it gets, and counts it. */
final class EchoServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Thread acceptor;
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    private EchoServer(ServerSocket listener) {
        this.listener = listener;
        this.acceptor = daemon(this::accept);
    }

    static EchoServer start() throws IOException {
        return new EchoServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Bytes received so far, over all connections. */
    int received() {
        return received.get();
    }

    /** Connections open at present. */
    int open() {
        return open.get();
    }

    void join() {
        try {
            acceptor.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        // The operating system goes on listening until the blocked accept has returned.
        join();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                daemon(() -> echo(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void echo(Socket socket) {
        open.incrementAndGet();
        byte[] buffer = new byte[1024];
        try (socket) {
            for (int length = 0; length >= 0; length = socket.getInputStream().read(buffer)) {
                received.addAndGet(length);
                socket.getOutputStream().write(buffer, 0, length);
            }
        } catch (IOException cut) {
            throw new UncheckedIOException(cut);
        } finally {
            open.decrementAndGet();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "echo");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, cut) -> {});
        thread.start();
        return thread;
    }
}
