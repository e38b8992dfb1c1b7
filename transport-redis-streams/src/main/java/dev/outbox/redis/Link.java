package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to one server, for one thread, that lives as long as its socket. Jedis' own connection would connect again by itself in the middle of a
 * pipeline, and then take the reply to one command for the reply to another.
 */
final class Link implements AutoCloseable {
    private final HostAndPort address;
    private final Connection connection;
    private @Nullable JedisDataException refusesTransactions;

    private Link(HostAndPort address, Connection connection) {
        this.address = address;
        this.connection = connection;
    }

    /**
     * Connects, and logs in.
     *
     * @throws JedisException if that fails
     */
    static Link open(HostAndPort address, JedisClientConfig settings) {
        return new Link(address, new Connection(once(new DefaultJedisSocketFactory(address, settings)), settings));
    }

    private static JedisSocketFactory once(JedisSocketFactory factory) {
        AtomicBoolean used = new AtomicBoolean();
        return () -> {
            if (used.getAndSet(true)) {
                throw new JedisConnectionException("the connection was closed");
            }
            return factory.createSocket();
        };
    }

    /** {@code config} with the protocol and the limits that a link needs. */
    static JedisClientConfig settings(JedisClientConfig config, Duration connectTimeout, Duration responseTimeout) {
        DefaultJedisClientConfig.Builder settings = DefaultJedisClientConfig.builder()
                .from(config)
                .resp2()
                .autoNegotiateProtocol(false)
                .connectionTimeoutMillis((int) connectTimeout.toMillis())
                .socketTimeoutMillis((int) responseTimeout.toMillis());
        if (config.getClientName() == null) {
            settings.clientName("outbox");
        }
        return settings.build();
    }

    HostAndPort address() {
        return address;
    }

    /** Writes a command; its reply is read later, after those of the commands before. */
    void write(ProtocolCommand command, byte[]... arguments) {
        connection.sendCommand(command, arguments);
    }

    /**
     * The next reply, after everything written has been sent. An error within an array is an element of it.
     *
     * @throws redis.clients.jedis.exceptions.JedisDataException if it is an error
     * @throws JedisConnectionException if there is none in time, or none any more
     */
    @Nullable
    Object read() {
        return connection.getOne();
    }

    /** Whether nothing can come of it any more. */
    boolean isBroken() {
        return connection.isBroken();
    }

    /** Why the server lets us have no transactions; null if it does, or if nobody has asked. */
    @Nullable
    JedisDataException refusesTransactions() {
        return refusesTransactions;
    }

    /** Asks whether the server lets us have transactions; nothing else may be under way. */
    void askForTransactions() {
        write(Protocol.Command.MULTI);
        write(Protocol.Command.EXEC);
        JedisDataException refusal = null;
        for (int replies = 0; replies < 2; replies++) {
            try {
                read();
            } catch (JedisDataException refused) {
                refusal = refusal == null ? refused : refusal;
            }
        }
        refusesTransactions = refusal;
    }

    /** Writes a command and reads its reply; nothing else may be under way. */
    @Nullable
    Object call(ProtocolCommand command, byte[]... arguments) {
        write(command, arguments);
        return read();
    }

    /** As {@link #call(ProtocolCommand, byte[]...)}. */
    @Nullable
    Object call(ProtocolCommand command, String... arguments) {
        return call(
                command, Stream.of(arguments).map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new));
    }

    /** Closes the socket at once, whatever another thread does with it; from any thread. */
    void abort() {
        try {
            connection.forceDisconnect();
        } catch (IOException alreadyClosed) {
            // As it should be.
        }
    }

    @Override
    public void close() {
        abort();
    }
}
