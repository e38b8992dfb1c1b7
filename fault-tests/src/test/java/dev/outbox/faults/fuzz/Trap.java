package dev.outbox.faults.fuzz;

/** A class that a message names, and that nobody has registered. */
public final class Trap {
    static volatile boolean sprung;

    /** Made by whoever follows a message's word. */
    public Trap() {
        sprung = true;
    }

    /** Set by whoever follows a message's word. */
    public void setCommand(String command) {
        sprung = true;
    }
}
