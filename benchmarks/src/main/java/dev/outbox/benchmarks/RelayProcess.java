package dev.outbox.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.jdbc.PostgresNotifications;
import dev.outbox.relay.Relay;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** The process behind {@link RelayElsewhere}: takes orders from a socket until it ends. */
final class RelayProcess {
    static final int POLLING = 'p';
    static final int LISTENING = 'l';
    static final int END = 'e';

    private RelayProcess() {}

    /** Runs it. The arguments are the port of the orders, and URL, user and password of the database. */
    public static void main(String[] arguments) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(arguments[1]);
        config.setUsername(arguments[2]);
        config.setPassword(arguments[3]);
        config.setMaximumPoolSize(4);
        try (HikariDataSource pool = new HikariDataSource(config);
                Socket orders = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]))) {
            DataInputStream in = new DataInputStream(orders.getInputStream());
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(orders.getOutputStream()));
            for (int order = in.read(); order >= 0; order = in.read()) {
                JdbcOutbox outbox = JdbcOutbox.on(pool);
                relay(outbox, wakeUp(order, outbox, pool), in, out);
            }
        }
    }

    private static void relay(JdbcOutbox outbox, AutoCloseable wakeUp, DataInputStream in, DataOutputStream out)
            throws Exception {
        LatencyTransport transport = new LatencyTransport();
        Relay relay = Relay.from(outbox.store()).to(transport).name("elsewhere").start();
        try (wakeUp;
                relay) {
            if (in.read() != END) {
                throw new IOException("only an end can follow");
            }
            long[] all = transport.await(in.readInt()).all();
            out.writeInt(all.length);
            for (long one : all) {
                out.writeLong(one);
            }
        }
        out.flush();
    }

    private static AutoCloseable wakeUp(int order, JdbcOutbox outbox, HikariDataSource pool) {
        return order == LISTENING ? PostgresNotifications.listen(outbox, pool) : () -> {};
    }
}
