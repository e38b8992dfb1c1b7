package dev.outbox.examples.orderpipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outbox.examples.orderpipeline.order.SampleOrders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class GatewayLifeIT {
    @TempDir
    Path directory;

    private Path data;
    private Path input;

    @BeforeEach
    void writeInput() throws IOException {
        data = directory.resolve("data");
        input = directory.resolve("orders.jsonl");
        Files.write(input, SampleOrders.lines(300, 21).toList());
    }

    @Test
    void aKilledPipelineLeavesNoGatewayBehind() {
        try (Child child = Child.start(data, input)) {
            long gateway = child.gatewayPid();
            assertThat(ProcessHandle.of(gateway)).isPresent();

            child.kill9();

            await("the end of the gateway").atMost(Duration.ofSeconds(60)).until(() -> !Child.runs(gateway));
        }
    }

    @Test
    void aKilledGatewayIsStartedAgainAndTheBooksBalance() {
        try (Child child = Child.start(data, input)) {
            child.awaitEnded(30);
            ProcessHandle.of(child.gatewayPid()).ifPresent(ProcessHandle::destroyForcibly);

            assertThat(child.awaitExit()).as(child.output()).isZero();
            assertThat(child.output())
                    .contains("The gateway ended with code 137; starting it again")
                    .contains("PASS  the books balance");
        }
    }
}
