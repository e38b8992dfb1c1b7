package dev.outbox.testkit;

import dev.outbox.testkit.HistoryEvent.Kind;
import java.util.ArrayList;
import java.util.List;

/** The times in which relays or servers were down. */
final class Disturbances {
    private record Span(HistoryEvent from, HistoryEvent to) {}

    private final List<Span> spans = new ArrayList<>();

    void add(HistoryEvent event) {
        int last = spans.size() - 1;
        boolean open = last >= 0 && spans.get(last).to().kind() == Kind.DISTURBED;
        if (event.kind() == Kind.DISTURBED && !open) {
            spans.add(new Span(event, event));
        } else if (event.kind() == Kind.CALM && open) {
            spans.set(last, new Span(spans.get(last).from(), event));
        }
    }

    private static boolean isOpen(Span span) {
        return span.to().kind() == Kind.DISTURBED;
    }

    /** Whether one of them overlaps [{@code from}, {@code to}] of the history's indexes. */
    boolean overlap(int from, int to) {
        return spans.stream()
                .anyMatch(span ->
                        span.from().index() <= to && (isOpen(span) || span.to().index() >= from));
    }

    /** The longest undisturbed time within [{@code fromNanos}, {@code toNanos}]. */
    long longestCalm(long fromNanos, long toNanos) {
        long calmFrom = fromNanos;
        long longest = 0;
        for (Span span : spans) {
            if (span.from().nanos() >= toNanos) {
                break;
            }
            longest = Math.max(longest, span.from().nanos() - calmFrom);
            calmFrom = isOpen(span) ? toNanos : Math.max(calmFrom, span.to().nanos());
        }
        return Math.max(longest, toNanos - calmFrom);
    }
}
