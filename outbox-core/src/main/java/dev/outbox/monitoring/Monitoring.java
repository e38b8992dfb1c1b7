package dev.outbox.monitoring;

import dev.outbox.consumer.Consumer;
import dev.outbox.relay.Relay;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows consumers and relays in JMX, to whoever asks for it:
 *
 * <pre>{@code
 * Monitoring.register(consumer); // dev.outbox:type=Consumer,name="payment",instance="payment-1"
 * Monitoring.register(relay);    // dev.outbox:type=Relay,name="relay-1"
 * }</pre>
 *
 * <p>A bean is gone when what it shows has ended. Reading one costs no I/O; what is not known is null. Thread-safe.
 */
public final class Monitoring {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);
    private static final String DOMAIN = "dev.outbox:type=";

    private Monitoring() {}

    /**
     * Registers a bean for {@code consumer} with the platform's server, until the consumer has ended.
     *
     * @return its name
     * @throws IllegalStateException if there is such a bean already
     */
    public static ObjectName register(Consumer consumer) {
        return register(consumer, ManagementFactory.getPlatformMBeanServer());
    }

    /** The same with another server. */
    public static ObjectName register(Consumer consumer, MBeanServer server) {
        String name = DOMAIN + "Consumer,name=" + ObjectName.quote(consumer.name()) + ",instance="
                + ObjectName.quote(consumer.instance());
        return register(server, name, new FiguresBean(ConsumerFigures.of(consumer)), consumer.whenEnded());
    }

    /**
     * Registers a bean for {@code relay} with the platform's server, until the relay has ended.
     *
     * @return its name
     * @throws IllegalStateException if there is such a bean already
     */
    public static ObjectName register(Relay relay) {
        return register(relay, ManagementFactory.getPlatformMBeanServer());
    }

    /** The same with another server. */
    public static ObjectName register(Relay relay, MBeanServer server) {
        String name = DOMAIN + "Relay,name=" + ObjectName.quote(relay.name());
        return register(server, name, new FiguresBean(RelayFigures.of(relay)), relay.whenEnded());
    }

    private static ObjectName register(
            MBeanServer server, String name, FiguresBean bean, CompletionStage<?> whenEnded) {
        Objects.requireNonNull(server, "server");
        try {
            ObjectName objectName = new ObjectName(name);
            server.registerMBean(bean, objectName);
            whenEnded.thenRun(() -> unregister(server, objectName));
            return objectName;
        } catch (InstanceAlreadyExistsException exists) {
            throw new IllegalStateException("there is a bean " + name + " already", exists);
        } catch (JMException failed) {
            throw new IllegalStateException("the bean " + name + " could not be registered", failed);
        }
    }

    private static void unregister(MBeanServer server, ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException gone) {
            LOG.debug("somebody else has unregistered {}", name);
        } catch (JMException | RuntimeException failed) {
            LOG.warn("the bean {} could not be unregistered", name, failed);
        }
    }
}
