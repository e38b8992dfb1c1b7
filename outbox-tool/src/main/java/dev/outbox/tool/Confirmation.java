package dev.outbox.tool;

import java.util.Locale;

/** Asks before much is changed. */
final class Confirmation {
    private final Terminal terminal;

    Confirmation(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Returns if it may be done.
     *
     * @param what a question without its mark, such as "Discard 7 dead letters"
     * @throws NotConfirmedException if it may not
     */
    void require(String what) {
        if (!terminal.isInteractive()) {
            throw new NotConfirmedException(what + "? Nobody is here to ask: say --yes. Nothing was changed.");
        }
        String answer = terminal.ask(what + "? [y/N] ").orElse("").strip().toLowerCase(Locale.ROOT);
        if (!answer.equals("y") && !answer.equals("yes")) {
            throw new NotConfirmedException("Nothing was changed.");
        }
    }
}
