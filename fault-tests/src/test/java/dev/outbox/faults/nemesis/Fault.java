package dev.outbox.faults.nemesis;

import java.time.Duration;
import java.util.Set;

/** Something that goes wrong, for a while, and can be told by its name. For one thread. */
public interface Fault {
    /** What happens to whom; of no other fault. */
    String name();

    /** Whom it happens to. Two faults of one subject cannot be told apart, and are not made at the same time. */
    Set<String> subjects();

    /** How long it lasts at least. */
    Duration shortest();

    /** How long it lasts at most. */
    Duration longest();

    /** Lets it go wrong. */
    void begin();

    /** Mends it. What was wrong may take some time to recover. */
    void end();
}
