package dev.outbox.faults.processes;

import dev.outbox.Message;
import dev.outbox.testkit.History;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Where all relays of a test send to, each over one connection. What is appended here, in this order, is the truth: it goes into the history. Which
 * messages fail, and how often, and whose answers are held back, is scripted. Thread-safe.
 */
final class Destination implements AutoCloseable {
    /** A message was appended, or refused. */
    record Arrival(String relay, Message message, boolean confirmed, long nanos) {}

    private record Reply(DataOutputStream to, long token, boolean confirmed) {}

    private final History history;
    private final ServerSocket listener;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final Map<String, Integer> refusals = new HashMap<>();
    private final Map<String, List<Reply>> heldBack = new HashMap<>();
    private Predicate<Message> failing = message -> false;
    private Consumer<Message> beforeArrival = message -> {};
    private int failures;
    private int highestCharge;

    Destination(History history) {
        this.history = history;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on each message that {@code which} means is refused so often before it is taken. */
    synchronized void fail(Predicate<Message> which, int times) {
        failing = which;
        failures = times;
    }

    /** Tells of each message before it is appended or refused. */
    synchronized void beforeArrival(Consumer<Message> listener) {
        beforeArrival = listener;
    }

    /** Holds back the answers to a relay; what it sends is appended or refused as ever. */
    synchronized void holdAnswersTo(String relay) {
        heldBack.put(relay, new ArrayList<>());
    }

    synchronized int heldAnswers(String relay) {
        return heldBack.getOrDefault(relay, List.of()).size();
    }

    /** Gives the answers that were held back. */
    synchronized void answer(String relay) {
        List<Reply> replies = heldBack.remove(relay);
        if (replies != null) {
            replies.forEach(Destination::give);
        }
    }

    synchronized List<Arrival> arrivals() {
        return List.copyOf(arrivals);
    }

    synchronized long confirmedFrom(String relay) {
        return arrivals.stream()
                .filter(arrival -> arrival.confirmed() && arrival.relay().equals(relay))
                .count();
    }

    /** How many arrivals repeat an earlier one. */
    synchronized long duplicates() {
        long confirmed = arrivals.stream().filter(Arrival::confirmed).count();
        long messages = arrivals.stream()
                .filter(Arrival::confirmed)
                .map(arrival -> arrival.message().id())
                .distinct()
                .count();
        return confirmed - messages;
    }

    /** The most attempts that a message had been charged when it was sent. */
    synchronized int highestCharge() {
        return highestCharge;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                daemon(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            DataInputStream input = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            DataOutputStream output = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
            String relay = input.readUTF();
            while (true) {
                Wire.Sent sent = Wire.read(input);
                synchronized (this) {
                    take(relay, sent, output);
                }
                if (input.available() == 0) {
                    flush(output);
                }
            }
        } catch (IOException relayEnded) {
            // Killed, as most of them are.
        }
    }

    private void take(String relay, Wire.Sent sent, DataOutputStream output) {
        Message message = sent.message();
        beforeArrival.accept(message);
        if (sent.charged() > 0) {
            history.charged(message.id(), sent.charged());
            highestCharge = Math.max(highestCharge, sent.charged());
        }
        boolean refused = failing.test(message) && refusals.merge(message.id(), 1, Integer::sum) <= failures;
        if (refused) {
            history.failed(message.id());
        } else {
            history.arrived(message.destination(), message);
        }
        arrivals.add(new Arrival(relay, message, !refused, System.nanoTime()));
        Reply reply = new Reply(output, sent.token(), !refused);
        List<Reply> held = heldBack.get(relay);
        if (held == null) {
            write(reply);
        } else {
            held.add(reply);
        }
    }

    private static void give(Reply reply) {
        write(reply);
        flush(reply.to());
    }

    private static void write(Reply reply) {
        try {
            synchronized (reply.to()) {
                reply.to().writeLong(reply.token());
                reply.to().writeBoolean(reply.confirmed());
            }
        } catch (IOException relayEnded) {
            // Then nobody waits for the answer.
        }
    }

    private static void flush(DataOutputStream output) {
        try {
            synchronized (output) {
                output.flush();
            }
        } catch (IOException relayEnded) {
            // Then nobody waits for the answer.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "destination");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException notClosed) {
            throw new UncheckedIOException(notClosed);
        }
    }
}
