package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DestinationsTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Map<String, String> application = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final Troubles troubles = new Troubles("a source");
    private final Destinations destinations = new Destinations(
            topic -> {
                asked.add(topic);
                if (topic.equals("broken") && application.isEmpty()) {
                    throw new IllegalStateException("no configuration");
                }
                return application.get(topic);
            },
            troubles);

    @Test
    void eachTopicIsAskedForOnce() {
        application.put("topic", "orders");
        assertThat(destinations.find("topic", 0)).isTrue();
        assertThat(destinations.find("topic", 2 * SECOND)).isTrue();
        assertThat(destinations.of("topic")).isEqualTo("orders");
        assertThat(asked).containsExactly("topic");
        assertThat(troubles.all()).isEmpty();
    }

    @Test
    void aTopicForWhichTheFunctionFailsIsNamedAndAskedForAgainEverySecond() {
        assertThat(destinations.find("broken", 0)).isFalse();
        assertThat(destinations.find("broken", SECOND - 1)).isFalse();
        assertThat(asked).containsExactly("broken");
        assertThat(troubles.all()).singleElement().asString().contains("[broken]");

        application.put("broken", "orders");
        assertThat(destinations.find("broken", SECOND)).isTrue();
        assertThat(destinations.of("broken")).isEqualTo("orders");
        assertThat(troubles.all()).isEmpty();
    }

    @Test
    void whatIsNoDestinationIsAFailureToo() {
        application.put("empty", "");
        assertThat(destinations.find("empty", 0)).isFalse();
        assertThat(destinations.find("missing", 0)).isFalse();
        assertThat(troubles.all()).singleElement().asString().contains("[empty, missing]");

        application.put("empty", "orders");
        assertThat(destinations.find("empty", SECOND)).isTrue();
        application.put("missing", "orders");
        assertThat(destinations.find("missing", SECOND)).isTrue();
        assertThat(troubles.all()).isEmpty();
    }
}
