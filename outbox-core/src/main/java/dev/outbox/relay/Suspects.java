package dev.outbox.relay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a relay notes durably before it sends, and what another makes of the note of one that ended uncleanly (R16).
 *
 * <p>A message can end the process that handles it. To find it without charging its neighbours, a relay notes the range of positions that it may have in flight.
 * After an unclean end, the rows of that range that are still there are suspects: they are taken in small groups with nothing else in flight, each group
 * noted by its positions. If the process ends again, the group's messages are taken alone, each noted; only an end while a message was alone costs it an
 * attempt. A relay killed at random pays with a moment of smaller groups, and its messages with nothing.
 */
final class Suspects {
    /** How many suspects are sent at a time while one of them is one of many. */
    static final int GROUP = 64;

    /** How far beyond the highest position a note reaches, so that it need not be renewed with every read. */
    private static final long RESERVE = 20_000;

    /** A note is forgotten after it was looked at for this many complete reads of its slots. */
    private static final int READS = 3;

    /**
     * A note, as it is stored.
     *
     * @param suspicion what it makes of a message it covers
     * @param slots the slots that the relay owned, a bit each
     * @param low the lowest position in flight
     * @param high the highest position in flight
     * @param parked whether parked messages may be in flight
     * @param positions the messages of a group, or the one that is alone; none for a range
     * @param attempts of one that is alone, how many were charged to it before; -1 otherwise. Whoever charges it raises them, so that nobody charges it again
     */
    record Note(
            Suspicion suspicion, long slots, long low, long high, boolean parked, List<Long> positions, int attempts) {
        static Note range(long slots, long low, long high, boolean parked) {
            return new Note(Suspicion.ONE_OF_MANY, slots, low, high, parked, List.of(), -1);
        }

        static Note group(long slots, List<Long> positions) {
            return new Note(Suspicion.ONE_OF_FEW, slots, 0, 0, true, positions, -1);
        }

        static Note alone(long slots, long position, int attempts) {
            return new Note(Suspicion.ONE_OF_FEW, slots, 0, 0, true, List.of(position), attempts);
        }

        boolean isAlone() {
            return attempts >= 0;
        }

        boolean covers(int slot, long position, boolean isParked) {
            if ((slots >>> slot & 1) == 0) {
                return false;
            }
            if (!positions.isEmpty()) {
                return positions.contains(position);
            }
            return isParked ? parked : position >= low && position <= high;
        }

        String encode() {
            if (positions.isEmpty()) {
                return "range " + slots + " " + low + " " + high + " " + parked;
            }
            if (isAlone()) {
                return "alone " + slots + " " + positions.get(0) + " " + attempts;
            }
            return "group " + slots + positions.stream().map(p -> " " + p).collect(Collectors.joining());
        }

        /** The note that {@code text} encodes; empty if it is none that this version writes. */
        static Optional<Note> decode(String text) {
            String[] words = text.split(" ", -1);
            try {
                if (words[0].equals("range") && words.length == 5) {
                    return Optional.of(range(
                            Long.parseLong(words[1]),
                            Long.parseLong(words[2]),
                            Long.parseLong(words[3]),
                            Boolean.parseBoolean(words[4])));
                }
                if (words[0].equals("alone") && words.length == 4 && Integer.parseInt(words[3]) >= 0) {
                    return Optional.of(
                            alone(Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3])));
                }
                if (words[0].equals("group") && words.length > 2) {
                    return Optional.of(group(
                            Long.parseLong(words[1]),
                            Arrays.stream(words).skip(2).map(Long::valueOf).toList()));
                }
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
            return Optional.empty();
        }
    }

    private static final class Case {
        final String instance;
        final Note note;
        final long sinceNanos;
        int reads;

        Case(String instance, Note note, long sinceNanos) {
            this.instance = instance;
            this.note = note;
            this.sinceNanos = sinceNanos;
        }

        boolean isOpen() {
            return reads <= READS;
        }
    }

    /** What was found: an instance may leave the same text in another life. */
    private record Seen(String instance, String marker) {}

    private final long keptNanos;
    private final List<Case> cases = new ArrayList<>();
    /** The notes that were taken up, until their instances live again. */
    private final List<Seen> seen = new ArrayList<>();

    /** What this relay has noted itself, or null while it is not known what is stored. */
    private @Nullable Note noted;

    /** @param keptNanos how long a note is left in the table, so that other relays see it as well: they own the other slots */
    Suspects(long keptNanos) {
        this.keptNanos = keptNanos;
    }

    /** Takes up the note of an instance that ended without taking it back; once. */
    void takeUp(String instance, String marker, long now) {
        Seen found = new Seen(instance, marker);
        if (!seen.contains(found)) {
            seen.add(found);
            if (seen.size() > GROUP) {
                seen.remove(0);
            }
            Note.decode(marker).ifPresent(note -> cases.add(new Case(instance, note, now)));
        }
    }

    /** The instance lives again: what it has noted is its own affair. */
    void lives(String instance) {
        cases.removeIf(open -> !open.isOpen() && open.instance.equals(instance));
        seen.removeIf(found -> found.instance().equals(instance));
    }

    /** How closely a row that was just read is suspected. */
    Suspicion suspicion(int slot, long position, boolean parked) {
        Suspicion closest = Suspicion.NONE;
        for (Case open : cases) {
            if (open.isOpen()
                    && open.note.covers(slot, position, parked)
                    && open.note.suspicion().compareTo(closest) > 0) {
                closest = open.note.suspicion();
            }
        }
        return closest;
    }

    /** Whether a process ended while this row was alone in flight, and it was not charged for that. */
    boolean wasAlone(int slot, long position, int attempts) {
        for (Case open : cases) {
            if (open.note.isAlone() && open.note.attempts() == attempts && open.note.covers(slot, position, true)) {
                return true;
            }
        }
        return false;
    }

    /** A read of all slots found nothing more; returns the instances whose notes have served. */
    List<String> completeRead(long now) {
        List<String> served = new ArrayList<>();
        cases.removeIf(open -> {
            open.reads++;
            boolean done = !open.isOpen() && now - open.sinceNanos >= keptNanos;
            if (done) {
                served.add(open.instance);
            }
            return done;
        });
        return served;
    }

    /** Whether a row may be sent under the note that is stored. */
    boolean isNoted(int slot, long position, boolean parked) {
        return noted != null && noted.positions().isEmpty() && noted.covers(slot, position, parked);
    }

    /** Whether the stored note should be renewed before rows reach its end. */
    boolean isRunningOut(long position) {
        return noted != null && noted.positions().isEmpty() && position > noted.high() - RESERVE / 2;
    }

    /** A note for what is about to be in flight. */
    Note rangeNote(long slots, long low, long high, boolean parked) {
        return Note.range(slots, low, high + RESERVE, parked);
    }

    /** The stored note is now this one, or not known. */
    void noted(@Nullable Note note) {
        noted = note;
    }
}
