package dev.outbox.rabbitmq;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import java.io.IOException;
import java.net.Socket;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** How to reach a broker or a cluster of them: the caller's settings, and what ours rests on. */
final class Broker {
    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final Duration ANSWERING = Duration.ofSeconds(10);
    private static final int HEARTBEAT_SECONDS = 10;
    private static final int LONGEST_HEARTBEAT_SECONDS = 60;

    private final ConnectionFactory settings;
    private final List<Address> addresses;

    private Broker(ConnectionFactory settings, List<Address> addresses) {
        this.settings = settings;
        this.addresses = addresses;
    }

    /** The settings in {@code uri}. */
    static ConnectionFactory parse(String uri) {
        ConnectionFactory factory = new ConnectionFactory();
        try {
            factory.setUri(uri);
        } catch (URISyntaxException | GeneralSecurityException | RuntimeException e) {
            // Without the cause, whose text is the URI with its password.
            throw new IllegalArgumentException(
                    "the address of RabbitMQ must be amqp://user:password@host:port/virtual-host or amqps:// for TLS;"
                            + " other characters in its parts must be percent-encoded");
        }
        if (factory.isSSL()) {
            // The client's own reading of amqps trusts every certificate.
            useTls(factory, null);
        }
        return factory;
    }

    /** Connects with TLS to whom {@code trusted}, or else this JVM, trusts under the host's own name. */
    static void useTls(ConnectionFactory factory, @Nullable SSLContext trusted) {
        try {
            factory.useSslProtocol(trusted == null ? SSLContext.getDefault() : trusted);
            factory.enableHostnameVerification();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /**
     * What {@code chosen} says, apart from what cannot be chosen: the client's own recovery is off, because it numbers confirms anew, so that one of a message could be
     * taken for another's; waiting is bounded; heartbeats are on; threads are daemons.
     *
     * @param addresses {@code host:port} with commas between them; empty for those in {@code chosen}
     */
    static Broker of(ConnectionFactory chosen, String addresses) {
        ConnectionFactory factory = chosen.clone();
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setConnectionTimeout(bounded(factory.getConnectionTimeout(), CONNECTING));
        factory.setHandshakeTimeout(bounded(factory.getHandshakeTimeout(), ANSWERING));
        factory.setChannelRpcTimeout(bounded(factory.getChannelRpcTimeout(), ANSWERING));
        int heartbeat = factory.getRequestedHeartbeat();
        if (heartbeat < 1 || heartbeat >= LONGEST_HEARTBEAT_SECONDS) {
            factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
        }
        factory.setExceptionHandler(new QuietExceptions());
        factory.setThreadFactory(work -> {
            Thread thread = new Thread(work, "outbox-rabbitmq-client");
            thread.setDaemon(true);
            return thread;
        });
        List<Address> all = addresses.isBlank()
                ? List.of(new Address(factory.getHost(), factory.getPort()))
                : Arrays.asList(Address.parseAddresses(addresses));
        return new Broker(factory, all);
    }

    private static int bounded(int millis, Duration longest) {
        return millis < 1 || millis > longest.toMillis() ? (int) longest.toMillis() : millis;
    }

    /**
     * Connects. Gives each socket to {@code socket} before it is used: closing it ends whatever the client waits for, in any thread.
     *
     * @throws IOException if no broker is there or it refuses
     * @throws TimeoutException if it does not answer
     */
    Connection connect(String name, Consumer<Socket> socket) throws IOException, TimeoutException {
        return connect(settings.clone(), name, socket);
    }

    /** The same, where what is published may be gathered, unless the caller's settings have sockets of their own. */
    Connection connect(String name, Consumer<Socket> socket, Gathering gathering) throws IOException, TimeoutException {
        ConnectionFactory factory = settings.clone();
        if (factory.getSocketFactory() == null && !factory.isSSL()) {
            factory.setSocketFactory(gathering);
        }
        return connect(factory, name, socket);
    }

    private Connection connect(ConnectionFactory factory, String name, Consumer<Socket> socket)
            throws IOException, TimeoutException {
        SocketConfigurator configured = factory.getSocketConfigurator();
        factory.setSocketConfigurator(opened -> {
            configured.configure(opened);
            socket.accept(opened);
        });
        return factory.newConnection(addresses, name);
    }

    /** Where it is, without a credential. */
    @Override
    public String toString() {
        return addresses.stream()
                .map(address ->
                        address.getHost() + ":" + (address.getPort() < 0 ? settings.getPort() : address.getPort()))
                .collect(Collectors.joining(","));
    }
}
