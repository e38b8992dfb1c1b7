package dev.outbox.faults.processes;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Sends to the {@link Destination} in the test's process over one connection, which has to last. A message of the type {@value #HALTING} halts the process. */
final class SocketTransport implements Transport {
    static final String HALTING = "halting";
    static final int HALT_CODE = 99;

    private record Batch(List<Outgoing> messages) {}

    private final Socket socket;
    private final BlockingQueue<Batch> batches = new LinkedBlockingQueue<>();
    private volatile OutcomeListener outcomes = (token, outcome) -> {};

    private SocketTransport(Socket socket) {
        this.socket = socket;
    }

    static SocketTransport connect(int port, String relay) throws IOException {
        SocketTransport transport = new SocketTransport(new Socket("127.0.0.1", port));
        transport.socket.setTcpNoDelay(true);
        DataOutputStream output =
                new DataOutputStream(new BufferedOutputStream(transport.socket.getOutputStream(), 1 << 16));
        output.writeUTF(relay);
        daemon("sink-writer", () -> transport.write(output));
        DataInputStream input = new DataInputStream(new BufferedInputStream(transport.socket.getInputStream()));
        daemon("sink-reader", () -> transport.readOutcomes(input));
        return transport;
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener listener) {
        outcomes = listener;
        for (Outgoing outgoing : batch) {
            if (outgoing.message().type().equals(HALTING)) {
                halt(outgoing.message().id());
            }
        }
        batches.add(new Batch(List.copyOf(batch)));
    }

    static void halt(String id) {
        System.out.println("halting on " + id);
        System.out.flush();
        Runtime.getRuntime().halt(HALT_CODE);
    }

    private void write(DataOutputStream output) {
        try {
            while (true) {
                for (Outgoing outgoing : batches.take().messages()) {
                    Wire.write(output, outgoing);
                }
                output.flush();
            }
        } catch (IOException | InterruptedException gone) {
            System.out.println("cannot send: " + gone);
        }
    }

    private void readOutcomes(DataInputStream input) {
        try {
            while (true) {
                long token = input.readLong();
                boolean confirmed = input.readBoolean();
                outcomes.onOutcome(
                        token,
                        confirmed ? Outcome.CONFIRMED : new Outcome.Failed(new IOException("refused as scripted")));
            }
        } catch (IOException gone) {
            System.out.println("no outcomes any more: " + gone);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException alreadyClosed) {
            System.out.println("cannot close: " + alreadyClosed);
        }
    }
}
