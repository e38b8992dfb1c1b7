package dev.outbox.examples.orderpipeline;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a person types in front of one shop, and what they get to see. */
final class Session {
    private final Path data;
    private final List<String> always;

    Session(Path data, String... always) {
        this.data = data;
        this.always = List.of(always);
    }

    /**
     * What came of a command.
     *
     * @param code the exit code
     * @param output what was written
     */
    record Answer(int code, String output) {}

    Answer type(String... typed) {
        List<String> arguments = new ArrayList<>(List.of(typed));
        arguments.addAll(List.of("--data", data.toString()));
        arguments.addAll(always);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
        int code = OrderPipeline.run(arguments.toArray(String[]::new), Map.of(), out, false);
        return new Answer(code, output.toString(StandardCharsets.UTF_8));
    }
}
