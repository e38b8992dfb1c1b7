package dev.outbox.relay;

import java.util.PriorityQueue;

/** Virtual time: what is going to happen, in the order of time and, at one moment, of asking. */
final class Timeline {
    private record Event(long atNanos, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long numbers;

    /** Nanoseconds since the beginning of the run. */
    long now() {
        return nowNanos;
    }

    void in(long delayNanos, Runnable action) {
        at(nowNanos + delayNanos, action);
    }

    void at(long timeNanos, Runnable action) {
        events.add(new Event(Math.max(nowNanos, timeNanos), numbers++, action));
    }

    /** Lets the next thing happen; false if there is none. */
    boolean next() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        nowNanos = event.atNanos();
        event.action().run();
        return true;
    }

    /** How many things were asked for so far. */
    long count() {
        return numbers;
    }
}
