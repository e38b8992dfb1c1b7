package dev.outbox.tool;

import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;

/**
 * A run of the command line tool within this process, opened for tests that feed it.
 *
 * @param code its exit code
 * @param out its standard output
 * @param err its standard error
 */
public record ToolRun(int code, String out, String err) {
    /** Types {@code arguments} where a person gives always the same answer. */
    public static ToolRun of(Map<String, String> environment, String answer, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = OutboxTool.run(environment, new Person(answer), out, err, arguments);
        return new ToolRun(code, out.toString(), err.toString());
    }

    private record Person(String answer) implements Terminal {
        @Override
        public boolean isInteractive() {
            return !answer.isEmpty();
        }

        @Override
        public Optional<String> ask(String question) {
            return Optional.of(answer);
        }

        @Override
        public Optional<String> askSecret(String question) {
            return Optional.of(answer);
        }
    }
}
