package dev.outbox.faults.load;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Sends to an {@link AckServer} and waits for its answers: as a good client on a thread of its own, or as a bad one on the thread that calls {@link #send}, which then
 * blocks for as long as the server does.
 */
final class SocketTransport implements Transport {
    private final Socket socket;
    private final BufferedReader in;
    private final Writer out;
    private final Arrivals arrivals = new Arrivals();
    private final Delays delays;
    private final ExecutorService thread;
    private final boolean blocksItsCaller;

    private SocketTransport(int port, boolean blocksItsCaller, Delays delays) {
        this.blocksItsCaller = blocksItsCaller;
        this.delays = delays;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task, "socket-transport");
            daemon.setDaemon(true);
            return daemon;
        });
        try {
            this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            this.out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SocketTransport blocking(int port, Delays delays) {
        return new SocketTransport(port, true, delays);
    }

    static SocketTransport asynchronous(int port, Delays delays) {
        return new SocketTransport(port, false, delays);
    }

    Arrivals arrivals() {
        return arrivals;
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        List<Outgoing> copy = List.copyOf(batch);
        if (blocksItsCaller) {
            exchange(copy, outcomes);
        } else {
            thread.execute(() -> exchange(copy, outcomes));
        }
    }

    private void exchange(List<Outgoing> batch, OutcomeListener outcomes) {
        try {
            for (Outgoing sending : batch) {
                out.write(sending.message().id() + "\n");
            }
            out.flush();
            for (Outgoing sending : batch) {
                String answer = in.readLine();
                if (!sending.message().id().equals(answer)) {
                    throw new IOException("an answer to " + sending.message().id() + " was " + answer);
                }
                arrivals.add(sending.message());
                delays.arrived(sending.message());
                outcomes.onOutcome(sending.token(), Outcome.CONFIRMED);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
