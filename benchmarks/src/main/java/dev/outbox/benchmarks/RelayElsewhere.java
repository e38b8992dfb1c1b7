package dev.outbox.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.testservers.ChildJvm;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Relays in another process, one after another. */
final class RelayElsewhere implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final ChildJvm process;
    private final Socket orders;
    private final DataOutputStream out;
    private final DataInputStream in;

    RelayElsewhere(HikariDataSource database) {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(PATIENCE_MILLIS);
            process = ChildJvm.of(RelayProcess.class)
                    .options("-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
                    .arguments(
                            Integer.toString(server.getLocalPort()),
                            database.getJdbcUrl(),
                            database.getUsername(),
                            database.getPassword())
                    .start();
            orders = server.accept();
            orders.setSoTimeout(PATIENCE_MILLIS);
            out = new DataOutputStream(orders.getOutputStream());
            in = new DataInputStream(new BufferedInputStream(orders.getInputStream()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A relay that finds messages by polling. */
    Receiver polling() {
        return relay(RelayProcess.POLLING);
    }

    /** A relay that is woken by notifications. */
    Receiver listening() {
        return relay(RelayProcess.LISTENING);
    }

    private Receiver relay(int how) {
        try {
            out.write(how);
        } catch (IOException failed) {
            throw gone(failed);
        }
        return this::end;
    }

    private Latencies end(int messages) {
        try {
            out.write(RelayProcess.END);
            out.writeInt(messages);
            long[] all = new long[in.readInt()];
            for (int i = 0; i < all.length; i++) {
                all[i] = in.readLong();
            }
            return Latencies.of(all);
        } catch (IOException failed) {
            throw gone(failed);
        }
    }

    private UncheckedIOException gone(IOException failed) {
        return new UncheckedIOException("the other process said:\n" + String.join("\n", process.lines()), failed);
    }

    @Override
    public void close() {
        try (process;
                orders) {
            out.flush();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
