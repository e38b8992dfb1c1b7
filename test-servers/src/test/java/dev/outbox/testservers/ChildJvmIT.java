package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ChildJvmIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);

    /** Shows what it was given, and ends with a code. */
    static final class Speaker {
        private Speaker() {}

        public static void main(String[] arguments) {
            System.out.println("first " + System.getProperty("greeting") + System.getenv("MARK") + " "
                    + String.join(",", arguments));
            System.err.println(
                    "from standard error, heap " + (Runtime.getRuntime().maxMemory() >> 20));
            System.exit(7);
        }
    }

    /** Counts as fast as its output is read, until it is killed. */
    static final class Counter {
        private Counter() {}

        public static void main(String[] arguments) {
            for (long count = 0; !System.out.checkError(); count++) {
                System.out.println("count " + count);
            }
        }
    }

    /** Serves connections to a port that it prints, so that a test sees whether it runs. */
    static final class Echo {
        private Echo() {}

        public static void main(String[] arguments) throws IOException {
            EchoServer echo = EchoServer.start();
            System.out.println("port " + echo.port());
            System.out.flush();
            echo.join();
        }
    }

    @Test
    void theChildGetsItsArgumentsPropertiesAndOptions() {
        try (ChildJvm child = ChildJvm.of(Speaker.class)
                .arguments("a b", "")
                .arguments("$HOME")
                .systemProperty("greeting", "good day")
                .environment("MARK", "!")
                .options("-Xmx64m")
                .start()) {
            assertThat(child.awaitExit(BOUND)).isEqualTo(7);
            assertThat(child.lines()).contains("first good day! a b,,$HOME", "from standard error, heap 64");
            assertThat(child.isRunning()).isFalse();
            assertThat(child.awaitLine(line -> line.startsWith("first"), SHORT)).startsWith("first good day");
            assertThatThrownBy(() -> child.awaitLine("never"::equals, BOUND))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("before the end")
                    .hasMessageContaining("first good day");
        }
    }

    @Test
    void aKillEndsItInTheMiddleOfItsWork() {
        try (ChildJvm child = ChildJvm.of(Counter.class).start()) {
            child.awaitLine("count 1000"::equals, BOUND);
            child.kill9();

            assertThat(child.isRunning()).isFalse();
            assertThat(child.awaitExit(BOUND)).isEqualTo(137);
            child.kill9();
        }
    }

    @Test
    void aHaltedChildDoesNothingUntilItGoesOn() throws IOException {
        try (ChildJvm child = ChildJvm.of(Echo.class).start()) {
            String port =
                    child.awaitLine(line -> line.startsWith("port "), BOUND).substring("port ".length());
            EchoClient client = EchoClient.connect("127.0.0.1", Integer.parseInt(port));
            assertThat(client.echo("before")).isEqualTo("before");

            child.sigstop();
            client.send("meanwhile");
            assertThat(client.isSilentFor(SHORT)).isTrue();
            assertThat(child.isRunning()).isTrue();

            child.sigcont();
            assertThat(client.receive()).isEqualTo("meanwhile");
            child.sigstop();
            child.kill9();
            assertThat(child.isRunning()).isFalse();
        }
    }

    @Test
    void closingKillsIt() {
        ChildJvm child = ChildJvm.of(Counter.class).start();
        child.close();
        child.close();

        assertThat(child.isRunning()).isFalse();
    }
}
