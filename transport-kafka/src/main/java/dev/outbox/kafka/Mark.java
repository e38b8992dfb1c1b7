package dev.outbox.kafka;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is written beside a committed position, for whoever gets the partition next.
 *
 * @param openUpTo the offset below which records may have been delivered to a process that has not said its last word; empty after an orderly end
 * @param sinceMillis when the group began to read, where that decides at which records; empty if it began at the first one
 */
record Mark(OptionalLong openUpTo, OptionalLong sinceMillis) {
    private static final Pattern TEXT = Pattern.compile("outbox1(?: open<(\\d{1,18}))?(?: since=(\\d{1,18}))?");

    /** Of a position that nobody of ours has written, or nobody at all. */
    static final Mark NONE = new Mark(OptionalLong.empty(), OptionalLong.empty());

    /** What {@code metadata} says; nothing, if somebody else wrote it. */
    static Mark parse(@Nullable String metadata) {
        Matcher text = TEXT.matcher(metadata == null ? "" : metadata);
        return text.matches() ? new Mark(number(text.group(1)), number(text.group(2))) : NONE;
    }

    /** The same with everything up to {@code offset} open. */
    Mark open(long offset) {
        return new Mark(OptionalLong.of(offset), sinceMillis);
    }

    /** The same after an orderly end. */
    Mark clean() {
        return new Mark(OptionalLong.empty(), sinceMillis);
    }

    /** As {@link #parse} reads it. */
    String text() {
        return "outbox1" + (openUpTo.isPresent() ? " open<" + openUpTo.getAsLong() : "")
                + (sinceMillis.isPresent() ? " since=" + sinceMillis.getAsLong() : "");
    }

    private static OptionalLong number(@Nullable String digits) {
        return Optional.ofNullable(digits).stream().mapToLong(Long::parseLong).findFirst();
    }
}
