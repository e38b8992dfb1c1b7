package dev.outbox.faults.fuzz;

import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outgoing;
import java.time.Instant;
import java.util.Locale;

/** What holds whatever comes in. */
final class Promises {
    private static final int MOST_CAUSES = 20;

    private Promises() {}

    static void require(boolean kept, String promise) {
        if (!kept) {
            throw new AssertionError(promise);
        }
    }

    /** A message on its way out again. */
    static Outgoing outgoing(Message message) {
        return new Outgoing(1, message, Instant.EPOCH, 1);
    }

    /** Nothing of it is lost or changed on the way, but the time that it was not to arrive before. */
    static void same(Message sent, Message arrived) {
        require(sent.equals(arrived), "what was sent arrives as it was: " + sent + " as " + arrived);
    }

    /** The message has an envelope that all the parts of the library can work with. */
    static void readable(Message message, String destination) {
        require(message.destination().equals(destination), "the destination is the reader's choice");
        require(!message.id().isEmpty(), "there is an id");
        require(!message.toString().contains(Hostile.CANARY), "the text form of a message has no values");
    }

    /** No text of the failure or of its causes says what nobody may see. */
    static void discreet(Throwable failure) {
        Throwable one = failure;
        for (int i = 0; one != null && i < MOST_CAUSES; i++) {
            require(!String.valueOf(one.getMessage()).contains(Hostile.CANARY), "no failure quotes a value: " + one);
            one = one.getCause();
        }
    }

    /** Fit for a column, a terminal and JSON. */
    static void harmless(String errorText) {
        require(errorText.length() <= FailureText.MAX_LENGTH, "an error text is bounded");
        for (int i = 0; i < errorText.length(); i++) {
            char c = errorText.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < errorText.length()
                    && Character.isLowSurrogate(errorText.charAt(i + 1));
            if (pair) {
                i++;
            } else {
                int type = Character.getType(c);
                boolean odd = type == Character.CONTROL
                        || type == Character.FORMAT
                        || type == Character.SURROGATE
                        || type == Character.LINE_SEPARATOR
                        || type == Character.PARAGRAPH_SEPARATOR;
                require(!odd, String.format(Locale.ROOT, "an error text has nothing odd, but U+%04X", (int) c));
            }
        }
    }
}
