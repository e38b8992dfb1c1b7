package dev.outbox.testkit;

/**
 * A guarantee that a run has broken.
 *
 * @param guarantee its number: G1 to G10
 * @param what what happened, with the ids of the messages; holds no payload and no header value
 */
public record Violation(String guarantee, String what) {
    @Override
    public String toString() {
        return guarantee + ": " + what;
    }
}
