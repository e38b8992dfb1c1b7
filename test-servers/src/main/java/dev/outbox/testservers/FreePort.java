package dev.outbox.testservers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port of the loopback interface on which nobody listens.
 *
 * <p>It lies below the range from which Linux (32768 up) and macOS (49152 up) take ports for outgoing connections. A
 * server that is killed and restarted must find its port again; inside that range any client could have been given it
 * meanwhile, and a client that keeps reconnecting to the dead server can even be connected to itself.
 */
final class FreePort {
    private static final int FIRST = 15_000;
    private static final int END = 32_000;
    private static final int ATTEMPTS = 100;

    private FreePort() {}

    /**
     * Finds a port by trying random ones.
     *
     * @throws IllegalStateException if 100 ports in a row were taken
     */
    static int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No free port found in " + ATTEMPTS + " attempts from " + FIRST + " to " + END);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
