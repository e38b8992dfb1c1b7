package dev.outbox.tool;

import java.io.Console;
import java.util.Optional;

/** The person at the keyboard, if there is one. */
interface Terminal {
    /** Whether questions are answered. */
    boolean isInteractive();

    /** Asks a question; empty at the end of the input. */
    Optional<String> ask(String question);

    /** Asks for a secret, which is not shown while it is typed; empty at the end of the input. */
    Optional<String> askSecret(String question);

    /** That of this process. */
    static Terminal system() {
        return new Terminal() {
            private final Optional<Console> console = console();

            @Override
            public boolean isInteractive() {
                return console.isPresent();
            }

            @Override
            public Optional<String> ask(String question) {
                return console.map(present -> present.readLine("%s", question));
            }

            @Override
            public Optional<String> askSecret(String question) {
                return console.map(present -> present.readPassword("%s", question))
                        .map(String::new);
            }
        };
    }

    /** Since JDK 22 there may be a console that is no terminal; before, there was no way to ask it. */
    @SuppressWarnings("SystemConsoleNull")
    private static Optional<Console> console() {
        Console console = System.console();
        if (console == null) {
            return Optional.empty();
        }
        try {
            Object terminal = Console.class.getMethod("isTerminal").invoke(console);
            return Boolean.TRUE.equals(terminal) ? Optional.of(console) : Optional.empty();
        } catch (NoSuchMethodException olderThan22) {
            return Optional.of(console);
        } catch (ReflectiveOperationException unknown) {
            return Optional.empty();
        }
    }
}
