package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a stream.
 *
 * @param id its id
 * @param fields names and values in turn
 */
record Entry(String id, List<?> fields) {

    /** The entries in a reply of XREADGROUP for one stream, or of XREAD. */
    static List<Entry> ofStreams(@Nullable Object reply) {
        List<Entry> entries = new ArrayList<>();
        if (reply instanceof List<?> streams) {
            for (Object stream : streams) {
                if (stream instanceof List<?> named && named.size() == 2) {
                    entries.addAll(of(named.get(1)));
                }
            }
        }
        return entries;
    }

    /** The entries in a reply of XRANGE or XCLAIM; those without content were deleted, and are left out. */
    static List<Entry> of(@Nullable Object reply) {
        List<Entry> entries = new ArrayList<>();
        if (reply instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof List<?> entry
                        && entry.size() == 2
                        && entry.get(0) instanceof byte[] id
                        && entry.get(1) instanceof List<?> fields) {
                    entries.add(new Entry(new String(id, UTF_8), fields));
                }
            }
        }
        return entries;
    }
}
