package dev.outbox.examples.orderpipeline.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleOrdersTest {
    @Test
    void theBundledSampleIsWhatTheGeneratorMakes() throws IOException {
        try (InputStream sample = Objects.requireNonNull(
                SampleOrders.class.getResourceAsStream("/dev/outbox/examples/orderpipeline/sample-orders.jsonl"))) {
            assertThat(new String(sample.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .containsExactlyElementsOf(
                            SampleOrders.lines(SampleOrders.BUNDLED_ORDERS, SampleOrders.BUNDLED_SEED)
                                    .toList());
        }
    }

    @Test
    void allLinesAreOrdersButAFewOfEveryKind() {
        OrderParser parser = new OrderParser(Catalog.standard());
        Set<String> ids = new HashSet<>();
        Set<String> reasons = new HashSet<>();
        List<String> lines = SampleOrders.lines(3_000, 1).toList();
        for (String line : lines) {
            try {
                ids.add(parser.parse(line).id());
            } catch (InvalidOrderException e) {
                reasons.add(e.getMessage());
            }
        }
        assertThat(ids).hasSize(3_000);
        assertThat(reasons).hasSize(7);
        assertThat(lines).hasSize(3_007);
    }
}
