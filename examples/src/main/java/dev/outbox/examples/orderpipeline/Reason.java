package dev.outbox.examples.orderpipeline;

import java.util.LinkedHashSet;
import java.util.Set;

/** Says in one line why something failed: the messages from the outermost to the innermost cause, each once. */
final class Reason {
    private static final int DEEPEST = 10;

    private Reason() {}

    static String of(Throwable failure) {
        Set<String> messages = new LinkedHashSet<>();
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            String message = cause.getMessage();
            messages.add(message == null ? cause.getClass().getSimpleName() : message.strip());
        }
        return String.join("; ", messages);
    }
}
