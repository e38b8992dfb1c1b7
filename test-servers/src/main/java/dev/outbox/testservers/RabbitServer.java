package dev.outbox.testservers;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A RabbitMQ broker for tests: one node, with the virtual host {@code /}.
 *
 * <p>It comes from the first of these that is there:
 *
 * <ol>
 *   <li>for {@link #shared()} only: the environment's {@code OUTBOX_TEST_RABBITMQ_URL}, as {@code amqp://user:password@host:port}
 *   <li>a Docker engine that answers, unless settings or an {@link Extra} are asked for
 *   <li>this machine's own programs (Debian's package is {@code rabbitmq-server}), as a node of its own on free ports of the loopback interface with its
 *       data in a temporary directory; the node of the distribution's service, if there is one, is left alone
 * </ol>
 *
 * <p>What was confirmed survives {@link #kill()}, in queues that were there for a while or before {@link #keepDeclarations()}. Nothing of it is left when this JVM ends, also by SIGKILL.
 *
 * <p>Thread-safe, except that {@link #kill()}, {@link #stop()}, {@link #restart()}, {@link #pause()} and {@link #resume()}
 * are for one thread at a time.
 */
public final class RabbitServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RabbitServer.class);
    private static final Duration ANSWER_BOUND = Duration.ofMinutes(2);
    private static final int SOCKET_MILLIS = 2_000;
    private static @Nullable RabbitServer shared;

    private final RabbitLauncher.Launched launched;
    private final Use use;

    private enum Use {
        SHARED,
        OWN
    }

    /** A second way to the same broker. */
    public enum Extra {
        /** With TLS, by a certificate that was just made. */
        SECURED
    }

    private RabbitServer(RabbitLauncher.Launched launched, Use use) {
        this.launched = launched;
        this.use = use;
        try {
            awaitAnswer();
        } catch (RuntimeException silent) {
            launched.control().close();
            throw silent;
        }
        log.info("RabbitMQ runs at {}:{}", host(), port());
    }

    /**
     * The broker that all tests of this JVM share, started by the first call. It is not for killing: other tests use it too.
     * Its {@link #close()} has no effect.
     *
     * @throws IllegalStateException if there is none and none can be started
     */
    public static synchronized RabbitServer shared() {
        RabbitServer server = shared;
        if (server == null) {
            server = new RabbitServer(
                    RabbitLauncher.named(System.getenv())
                            .orElseGet(() -> RabbitLauncher.launch(System.getenv(), RabbitSettings.plain(Map.of()))),
                    Use.SHARED);
            shared = server;
        }
        return server;
    }

    /**
     * Starts a broker of the caller's own, which can always be controlled.
     *
     * @throws IllegalStateException if it cannot be started
     */
    public static RabbitServer start(Extra... extras) {
        return start(Map.of(), extras);
    }

    /**
     * Starts a broker of the caller's own, which can always be controlled.
     *
     * @param settings entries of {@code rabbitmq.conf} in addition to the usual ones or in their place
     * @throws IllegalStateException if it cannot be started
     */
    public static RabbitServer start(Map<String, String> settings, Extra... extras) {
        RabbitSettings plain = RabbitSettings.plain(settings);
        return new RabbitServer(
                RabbitLauncher.launch(System.getenv(), extras.length > 0 ? plain.withSecurity() : plain), Use.OWN);
    }

    /** The broker of the given environment, for the caller's own use. */
    static RabbitServer named(Map<String, String> environment) {
        return new RabbitServer(RabbitLauncher.named(environment).orElseThrow(), Use.OWN);
    }

    /** Where it listens. */
    public String host() {
        return launched.host();
    }

    /** Where it listens without TLS. */
    public int port() {
        return launched.port();
    }

    /** Who may do everything. */
    public String user() {
        return launched.credentials().user();
    }

    /** The password of {@link #user()}. */
    public String password() {
        return launched.credentials().password();
    }

    /** Where it listens with TLS, as {@code localhost}; for {@link Extra#SECURED}. */
    public int securedPort() {
        return security().port();
    }

    /** What a client needs to trust {@link #securedPort()}. */
    public SSLContext trust() {
        char[] password = UUID.randomUUID().toString().toCharArray();
        try (InputStream stored =
                new ByteArrayInputStream(security().certificate().trustStore(password))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(stored, password);
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("The certificate just made cannot be trusted", impossible);
        }
    }

    private RabbitSettings.Security security() {
        return launched.settings()
                .flatMap(RabbitSettings::security)
                .orElseThrow(() -> new IllegalStateException(
                        "The broker was started without SECURED: give it to RabbitServer.start"));
    }

    /**
     * Runs {@code rabbitmqctl} with these arguments.
     *
     * @return its output
     * @throws IllegalStateException if it fails, or if the broker cannot be controlled
     */
    public String control(String... arguments) {
        return launched.tool().run(List.of(arguments));
    }

    /**
     * Lets what has been declared so far survive {@link #kill()}. RabbitMQ 3 answers a declaration before its log of queues, exchanges and bindings is out of the
     * process, and has forgotten the queue when it is killed within the next moments.
     */
    public void keepDeclarations() {
        control("eval", "catch mnesia:sync_log().");
    }

    /**
     * Adds a user with rights by patterns of names, all of which have to match as a whole: {@code ^$} matches nothing.
     *
     * @return the user's password
     */
    public String addUser(String name, String configure, String write, String read) {
        String password = UUID.randomUUID().toString();
        control("add_user", name, password);
        control("set_permissions", name, configure, write, read);
        return password;
    }

    /** Makes the broker take nothing from publishers, as if its memory were used up. */
    public void raiseMemoryAlarm() {
        control("set_vm_memory_high_watermark", "0");
    }

    /** Ends {@link #raiseMemoryAlarm}. */
    public void clearMemoryAlarm() {
        control("set_vm_memory_high_watermark", "0.4");
    }

    /**
     * Whether this broker can be killed, stopped, restarted and paused. One from {@link #start} always can; one that the
     * environment named cannot, and those methods then throw {@link IllegalStateException}.
     */
    public boolean controllable() {
        return launched.control().controllable();
    }

    /** Kills the broker with SIGKILL and waits for its end. */
    public void kill() {
        launched.control().kill();
    }

    /** Shuts the broker down in good order, and waits for its end. */
    public void stop() {
        launched.control().stopImmediately();
    }

    /**
     * Starts the broker again on the same ports and the same data and waits until it answers; if it still runs it is stopped
     * first.
     *
     * @throws IllegalStateException with the end of its log if it does not answer within two minutes
     */
    public void restart() {
        if (launched.control().isRunning()) {
            stop();
        }
        launched.control().start();
        awaitAnswer();
    }

    /**
     * Halts the broker with SIGSTOP: connections stay open, new ones are accepted by the operating system alone, and nothing
     * is answered. Ended by {@link #resume()}, {@link #kill()}, {@link #stop()} or {@link #restart()}.
     */
    public void pause() {
        launched.control().pause();
    }

    /** Lets the broker go on where it was halted. */
    public void resume() {
        launched.control().resume();
    }

    /** Ends the broker and deletes its data; no effect on {@link #shared()}, on an external broker, or a second time. */
    @Override
    public void close() {
        if (use == Use.OWN) {
            launched.control().close();
        }
    }

    private void awaitAnswer() {
        boolean answers =
                Await.holdsWithin(() -> greets() || !launched.control().isRunning(), ANSWER_BOUND);
        if (!answers || !launched.control().isRunning()) {
            throw new IllegalStateException("RabbitMQ does not answer at " + host() + ":" + port() + "\n"
                    + launched.control().log());
        }
    }

    /** Whether the broker begins to speak AMQP, which it does when all of its queues are there. */
    boolean greets() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host(), port()), SOCKET_MILLIS);
            socket.setSoTimeout(SOCKET_MILLIS);
            socket.getOutputStream().write("AMQP\0\0\t\1".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == 1;
        } catch (IOException silent) {
            return false;
        }
    }
}
