package dev.outbox.internal.delivery;

import dev.outbox.HandledElsewhereException;
import dev.outbox.spi.FailureText;

/** How one run of a handler ended. */
sealed interface HandlerResult {
    /** It returned. */
    record Handled() implements HandlerResult {}

    /** It threw: a failed attempt. */
    record Failed(Throwable error, String text) implements HandlerResult {}

    /** It could not do its work for a reason that says nothing about the message: costs nothing. */
    record Undone(String text) implements HandlerResult {}

    /** The one instance that is needed. */
    HandlerResult HANDLED = new Handled();

    /** The longest chain of causes that is looked at: causes may form a cycle. */
    int DEEPEST_CAUSE = 8;

    /**
     * Judges what a handler threw.
     *
     * @param closing whether the thread was interrupted because the transport closes: then whatever was thrown says nothing about the message
     */
    static HandlerResult thrown(Throwable error, boolean closing) {
        return closing || isInnocent(error) ? new Undone(text(error)) : new Failed(error, text(error));
    }

    private static boolean isInnocent(Throwable error) {
        try {
            Throwable cause = error;
            for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
                if (cause instanceof InterruptedException || cause instanceof HandledElsewhereException) {
                    return true;
                }
                cause = cause.getCause();
            }
            return false;
        } catch (Throwable ofGetCause) {
            return false;
        }
    }

    /** Recording a failure never fails, also not by an exception whose own methods throw errors. */
    private static String text(Throwable error) {
        try {
            return FailureText.of(error);
        } catch (Throwable ofItsMethods) {
            return error.getClass().getName();
        }
    }
}
