package dev.outbox.testservers;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker for tests: one node, in KRaft mode, that creates no topics by itself.
 *
 * <p>It comes from the first of these that is there:
 *
 * <ol>
 *   <li>for {@link #shared()} only: the environment's {@code OUTBOX_TEST_KAFKA_URL}, as {@code host:port}
 *   <li>a Docker engine that answers, unless an {@link Extra} is asked for
 *   <li>the broker from Maven Central, which the build of this module resolves, in a JVM of its own on free ports of the
 *       loopback interface with its data in a temporary directory
 * </ol>
 *
 * <p>What was acknowledged survives {@link #kill()}. Nothing of it is left when this JVM ends, also by SIGKILL.
 *
 * <p>Thread-safe, except that {@link #kill()}, {@link #stop()}, {@link #restart()}, {@link #pause()} and {@link #resume()}
 * are for one thread at a time.
 */
public final class KafkaServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaServer.class);
    private static final Duration ANSWER_BOUND = Duration.ofMinutes(2);
    private static final AtomicInteger TOPICS = new AtomicInteger();
    private static @Nullable KafkaServer shared;

    private final KafkaLauncher.Launched launched;
    private final Use use;

    private enum Use {
        SHARED,
        OWN
    }

    /** A second way to the same broker. */
    public enum Extra {
        /**
         * Through a {@link FaultyProxy}: the broker tells clients that came that way to come that way again. Each time it is given there is one more such way.
         */
        PROXIED,
        /** With TLS and SCRAM-SHA-512: the certificate is new, and the users have random passwords. */
        SECURED
    }

    private KafkaServer(KafkaLauncher.Launched launched, Use use) {
        this.launched = launched;
        this.use = use;
        try {
            awaitAnswer();
        } catch (RuntimeException silent) {
            launched.close();
            throw silent;
        }
        log.info("Kafka runs at {}", bootstrapServers());
    }

    /**
     * The broker that all tests of this JVM share, started by the first call. It is not for killing: other tests use it too.
     * Its {@link #close()} has no effect.
     *
     * @throws IllegalStateException if there is none and none can be started
     */
    public static synchronized KafkaServer shared() {
        KafkaServer server = shared;
        if (server == null) {
            server = new KafkaServer(
                    KafkaLauncher.named(System.getenv())
                            .orElseGet(() -> KafkaLauncher.launch(System.getenv(), KafkaSettings.plain(Map.of()))),
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
    public static KafkaServer start(Extra... extras) {
        return start(Map.of(), extras);
    }

    /**
     * Starts a broker of the caller's own, which can always be controlled.
     *
     * @param settings entries of {@code server.properties} in addition to the usual ones or in their place
     * @throws IllegalStateException if it cannot be started
     */
    public static KafkaServer start(Map<String, String> settings, Extra... extras) {
        KafkaSettings all = KafkaSettings.plain(settings);
        for (Extra extra : extras) {
            all = extra == Extra.PROXIED ? all.withProxy() : all.withSecurity();
        }
        return new KafkaServer(KafkaLauncher.launch(System.getenv(), all), Use.OWN);
    }

    /** The broker of the given environment, for the caller's own use. */
    static KafkaServer named(Map<String, String> environment) {
        return new KafkaServer(KafkaLauncher.named(environment).orElseThrow(), Use.OWN);
    }

    /** Where clients begin, without TLS and without a password. */
    public String bootstrapServers() {
        return launched.bootstrapServers();
    }

    /** The proxy of {@link Extra#PROXIED}; clients begin at its host and port. */
    public FaultyProxy proxy() {
        return proxies().stream().findFirst().orElseThrow(() -> missing(Extra.PROXIED));
    }

    /** One proxy for each {@link Extra#PROXIED}. */
    public List<FaultyProxy> proxies() {
        return launched.settings().stream()
                .flatMap(settings -> settings.ways().stream())
                .map(KafkaSettings.Way::proxy)
                .toList();
    }

    /**
     * What a client needs for {@link Extra#SECURED}, {@code bootstrap.servers} included.
     *
     * @param user {@code outbox}, who may do everything, or {@code guest}, who may do what the broker's rules allow everybody
     */
    public Map<String, Object> securedClient(String user) {
        return security().client(user);
    }

    private KafkaSecurity security() {
        return launched.settings().flatMap(KafkaSettings::security).orElseThrow(() -> missing(Extra.SECURED));
    }

    private static IllegalStateException missing(Extra extra) {
        return new IllegalStateException("The broker was started without " + extra + ": give it to KafkaServer.start");
    }

    /**
     * Creates a topic with a name of its own and waits until it can be written.
     *
     * @throws IllegalStateException if the broker does not answer or refuses
     */
    public String createTopic(int partitions) {
        return createTopic(partitions, Map.of());
    }

    /** As {@link #createTopic(int)}, with settings of the topic. */
    public String createTopic(int partitions, Map<String, String> settings) {
        String name = "outbox-test-" + TOPICS.incrementAndGet() + "-"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt());
        createTopic(name, partitions, settings);
        return name;
    }

    /** As {@link #createTopic(int)}, with a given name and settings of the topic. */
    public void createTopic(String name, int partitions, Map<String, String> settings) {
        KafkaCalls.createTopic(bootstrapServers(), name, partitions, new HashMap<>(settings));
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
            launched.close();
        }
    }

    private void awaitAnswer() {
        Optional<String> silence = KafkaCalls.awaitAnswer(
                bootstrapServers(), () -> launched.control().isRunning(), ANSWER_BOUND);
        if (silence.isPresent()) {
            throw new IllegalStateException("Kafka does not answer at " + bootstrapServers() + ": " + silence.get()
                    + "\n" + launched.control().log());
        }
    }
}
