package dev.outbox.tool;

import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;

/**
 * What a typed command did.
 *
 * @param code its exit code
 * @param out its standard output
 * @param err its standard error
 */
record Typed(int code, String out, String err) {
    /** Types {@code arguments} where nobody answers questions. */
    static Typed type(Map<String, String> environment, String... arguments) {
        return type(environment, new NobodyThere(), arguments);
    }

    static Typed type(Map<String, String> environment, Terminal terminal, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = OutboxTool.run(environment, terminal, out, err, arguments);
        return new Typed(code, out.toString(), err.toString());
    }

    /** A job of a script. */
    static final class NobodyThere implements Terminal {
        @Override
        public boolean isInteractive() {
            return false;
        }

        @Override
        public Optional<String> ask(String question) {
            throw new IllegalStateException("asked: " + question);
        }

        @Override
        public Optional<String> askSecret(String question) {
            throw new IllegalStateException("asked: " + question);
        }
    }

    /** A person who always gives the same answer. */
    record Answering(String answer) implements Terminal {
        @Override
        public boolean isInteractive() {
            return true;
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
