package dev.outbox.redis;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;

/** One command on its way to the server of a stream, until exactly one of the four things has become of it. */
abstract class Request {
    private static final int MOST_REDIRECTIONS = 5;

    private enum State {
        WAITING,
        TAKEN,
        DONE
    }

    private final String stream;
    private final ProtocolCommand command;
    private final byte[][] arguments;
    private final int bytes;
    private final long sinceNanos;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private int redirections;
    private boolean asking;

    /** @param stream decides which server of a cluster gets the command */
    Request(String stream, ProtocolCommand command, byte[][] arguments, long sinceNanos) {
        this.stream = stream;
        this.command = command;
        this.arguments = arguments;
        this.sinceNanos = sinceNanos;
        int sum = 0;
        for (byte[] argument : arguments) {
            sum += argument.length;
        }
        this.bytes = sum;
    }

    /** Writes it; the replies are read later. */
    void write(Link link) {
        link.write(command, arguments);
    }

    /**
     * Reads what the server says to it.
     *
     * @throws JedisDataException if the server has not done it
     */
    @Nullable
    Object read(Link link) {
        return link.read();
    }

    /** The server has done it. */
    abstract void onReply(@Nullable Object reply);

    /** The server has not done it, and says why. */
    abstract void onError(JedisDataException error);

    /** No server has got it. */
    abstract void onNotSent(Throwable why);

    /** A server may have done it, or will. */
    abstract void onLost(Throwable why);

    String stream() {
        return stream;
    }

    int bytes() {
        return bytes;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Whether the server has to be told that it is asked by way of exception, while a slot moves. */
    boolean isAsking() {
        return asking;
    }

    /** From now on it may be sent; false if it was given up. */
    boolean take() {
        return state.compareAndSet(State.WAITING, State.TAKEN);
    }

    /** The server has sent us elsewhere and done nothing; false if that has happened too often. */
    boolean redirect(boolean ask) {
        asking = ask;
        return ++redirections <= MOST_REDIRECTIONS && state.compareAndSet(State.TAKEN, State.WAITING);
    }

    final void replied(@Nullable Object reply) {
        if (state.getAndSet(State.DONE) != State.DONE) {
            onReply(reply);
        }
    }

    final void failed(JedisDataException error) {
        if (state.getAndSet(State.DONE) != State.DONE) {
            onError(error);
        }
    }

    /** Of one that was taken and not written. */
    final void notSent(Throwable why) {
        if (state.getAndSet(State.DONE) != State.DONE) {
            onNotSent(why);
        }
    }

    /** Of one that nobody has taken; nothing happens if somebody has. */
    final void giveUp(Throwable why) {
        if (state.compareAndSet(State.WAITING, State.DONE)) {
            onNotSent(why);
        }
    }

    final void lost(Throwable why) {
        if (state.getAndSet(State.DONE) != State.DONE) {
            onLost(why);
        }
    }
}
