package dev.outbox.kafka;

import dev.outbox.spi.FailureText;
import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What polling does not tell: the lag, missing topics, a silent coordinator. Has a client of its own while there is something to ask. Belongs to the loop's thread. */
final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long BETWEEN_NANOS = Duration.ofMillis(50).toNanos();

    private final ConsumerSettings settings;
    private final Lag lag;
    private final MissingTopics missing;
    private final Membership membership;
    private @Nullable Admin admin;
    private long notBeforeNanos = System.nanoTime();

    Watch(SourceParts parts, Consumer<byte[], byte[]> consumer) {
        this.settings = parts.settings();
        this.lag = parts.lag();
        this.missing = new MissingTopics(parts.topics().expected(), parts.troubles());
        this.membership = new Membership(consumer, parts.troubles());
    }

    void step(Collection<Assigned> partitions, long nowNanos) {
        if (nowNanos - notBeforeNanos < 0) {
            return;
        }
        notBeforeNanos = nowNanos + BETWEEN_NANOS;
        membership.step(nowNanos);
        try {
            missing.step(partitions, this::admin, nowNanos);
            if (lag.isWanted(nowNanos)) {
                lag.step(partitions, admin(), nowNanos);
            } else {
                lag.forget();
            }
        } catch (KafkaException noClient) {
            LOG.debug("the brokers could not be asked: {}", FailureText.of(noClient));
        }
    }

    private Admin admin() {
        Admin asking = admin;
        if (asking == null) {
            asking = Admin.create(settings.admin(TIMEOUT));
            admin = asking;
        }
        return asking;
    }

    void close() {
        lag.forget();
        Admin asking = admin;
        if (asking != null) {
            asking.close(Duration.ZERO);
        }
    }
}
