package dev.outbox.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.consumer.Consumer;
import dev.outbox.relay.Relay;
import dev.outbox.testkit.Answer;
import dev.outbox.testkit.InMemorySource;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.InMemoryTopic;
import dev.outbox.testkit.InMemoryTransport;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MonitoringTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final InMemoryTopic topic = new InMemoryTopic(InstantSource.system(), 1);
    private final InMemorySource source = topic.source("payment");
    private final InMemoryStore store = InMemoryStore.create();

    private Consumer consumer(String name) {
        return Consumer.of(source, name)
                .instance("one, \"two\"*")
                .handler(delivery -> {})
                .store(store)
                .start();
    }

    @Test
    void aConsumerHasABeanUntilItHasEnded() throws JMException {
        ObjectName name;
        try (Consumer consumer = consumer("pay=ment,:?")) {
            name = Monitoring.register(consumer);
            topic.append(Message.to("orders").key("a").text("x"));
            await("the message", () -> Long.valueOf(1).equals(read(name, "Handled")));
            await("the acknowledgement", () -> Long.valueOf(0).equals(read(name, "Lag")));
            assertThat(read(name, "State")).isEqualTo("RUNNING");
            assertThat(read(name, "Health")).isEqualTo("UP");
            assertThat(read(name, "HealthReason")).isEqualTo("");
            assertThat((Double) read(name, "LatencyP99Millis")).isPositive();
            await("the count of what is parked", () -> Long.valueOf(0).equals(read(name, "PausedKeys")));
            everyAttributeIsOfItsType(name);
            assertThatThrownBy(() -> server.getAttribute(name, "handled"))
                    .isInstanceOf(AttributeNotFoundException.class);
            assertThatThrownBy(() -> Monitoring.register(consumer)).hasMessageContaining("already");
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    void aRelayHasABeanUntilItHasEndedAndSaysWhichDestinationIsUnavailable() throws JMException {
        InMemoryTransport transport = new InMemoryTransport();
        transport.script(sending -> Answer.unavailable());
        ObjectName name;
        try (Relay relay = Relay.from(store).to(transport).name("relay*1").build()) {
            name = Monitoring.register(relay);
            assertThat(read(name, "Health")).isEqualTo("DOWN");
            relay.start();
            store.publish(Message.to("orders").text("x"));
            await("it is degraded", () -> "DEGRADED".equals(read(name, "Health")));
            assertThat((String) read(name, "HealthReason"))
                    .contains("1 destinations")
                    .contains("orders");
            transport.script(sending -> Answer.confirm());
            await("the confirmation", () -> Long.valueOf(1).equals(read(name, "Confirmed")));
            await("it is up", () -> "UP".equals(read(name, "Health")));
            await("the counts", () -> Long.valueOf(0).equals(read(name, "Pending")));
            everyAttributeIsOfItsType(name);
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    private void everyAttributeIsOfItsType(ObjectName name) throws JMException {
        MBeanAttributeInfo[] infos = server.getMBeanInfo(name).getAttributes();
        String[] names = Arrays.stream(infos).map(MBeanAttributeInfo::getName).toArray(String[]::new);
        assertThat(server.getAttributes(name, names)).hasSize(infos.length);
        for (MBeanAttributeInfo info : infos) {
            Object value = server.getAttribute(name, info.getName());
            if (value != null) {
                assertThat(value.getClass().getName()).as(info.getName()).isEqualTo(info.getType());
            }
        }
        assertThat(List.of(names)).doesNotHaveDuplicates().contains("State", "Health", "HealthReason");
    }

    private @Nullable Object read(ObjectName name, String attribute) {
        try {
            return server.getAttribute(name, attribute);
        } catch (JMException failed) {
            throw new AssertionError(failed);
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited %s for %s", PATIENCE, what)
                    .isNegative();
            source.poll();
            LockSupport.parkNanos(this, Duration.ofMillis(1).toNanos());
        }
    }
}
