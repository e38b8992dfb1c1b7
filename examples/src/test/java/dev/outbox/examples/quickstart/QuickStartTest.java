package dev.outbox.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class QuickStartTest {
    private static final Path SOURCE = Path.of("src/main/java/dev/outbox/examples/quickstart/QuickStart.java");

    @Test
    @Timeout(240)
    void theOrderReachesShipping() throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            QuickStart.main(new String[0]);
        } finally {
            System.setOut(console);
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).containsPattern("OrderPlaced: ship [-0-9a-f]{36} to Ada");
    }

    @Test
    void theReadmeShowsItWordForWord() throws Exception {
        String source = Files.readString(SOURCE).replaceFirst("package [^;]+;\n+", "");
        assertThat(Files.readString(Path.of("../README.md"))).contains("```java\n" + source + "```");
    }
}
