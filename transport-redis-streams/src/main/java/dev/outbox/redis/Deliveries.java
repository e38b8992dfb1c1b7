package dev.outbox.redis;

import dev.outbox.spi.Incoming;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol;

/** Entries of one stream on their way to the consumer. For the reader's thread. */
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsSource.class);
    private static final int MOST_NAMED = 5;

    private final SourceParts parts;
    private final Group group;
    private final Holding holding;

    Deliveries(SourceParts parts, Group group, Holding holding) {
        this.parts = parts;
        this.group = group;
        this.holding = holding;
    }

    /** Entries that nobody had before. */
    void fresh(List<Entry> entries) {
        deliver(entries, Set.of());
    }

    /** Takes over pending entries that are not here yet, and delivers them; those that are gone are named and finished. */
    void claim(Link link, List<Group.Pending> pending, long minIdleMillis) {
        Map<String, String> before = new HashMap<>();
        List<String> ids = new ArrayList<>();
        for (Group.Pending one : pending) {
            if (!holding.has(one.id())) {
                before.put(one.id(), one.consumer());
                ids.add(one.id());
            }
        }
        if (ids.isEmpty()) {
            return;
        }
        List<Entry> claimed = group.claim(link, ids, minIdleMillis);
        Set<String> suspect = new HashSet<>();
        claimed.forEach(entry -> {
            ids.remove(entry.id());
            if (endedWithoutAWord(before.getOrDefault(entry.id(), ""))) {
                suspect.add(entry.id());
            }
        });
        deliver(claimed, suspect);
        finishGone(link, ids);
    }

    private boolean endedWithoutAWord(String consumer) {
        return !consumer.equals(Group.RELEASED) && !consumer.equals(parts.consumer());
    }

    private void deliver(List<Entry> entries, Set<String> redelivered) {
        if (entries.isEmpty()) {
            return;
        }
        String stream = group.stream();
        String destination = parts.destinations().getOrDefault(stream, stream);
        List<Incoming> batch = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            long token = parts.tokens().incrementAndGet();
            holding.add(token, entry.id());
            batch.add(new Incoming(
                    token,
                    stream,
                    ReceivedEntry.message(stream, entry.id(), entry.fields(), destination),
                    ReceivedEntry.appendedAt(entry.id()),
                    redelivered.contains(entry.id()),
                    () -> stream + " entry " + entry.id()));
        }
        parts.sink().deliver(batch);
    }

    /** Of these, claiming gave nothing: another has them, or they were deleted or trimmed before anybody had handled them. */
    private void finishGone(Link link, List<String> ids) {
        List<String> gone = ids.stream().filter(id -> !group.has(link, id)).toList();
        if (!gone.isEmpty()) {
            LOG.error(
                    "{}: {} entries of the stream '{}' were deleted or trimmed before they were handled, and are lost: {}{}",
                    parts.name(),
                    gone.size(),
                    group.stream(),
                    gone.subList(0, Math.min(gone.size(), MOST_NAMED)),
                    gone.size() > MOST_NAMED ? " and more" : "");
            link.call(Protocol.Command.XACK, group.acknowledgement(gone));
        }
    }

    /** Keeps what is delivered here and not finished from being claimed by others, unless it has been claimed already. */
    void keep(Link link, List<Group.Pending> ours) {
        Set<String> unfinished = new HashSet<>(holding.unfinished());
        List<String> kept = ours.stream()
                .map(Group.Pending::id)
                .filter(unfinished::contains)
                .toList();
        group.give(link, kept, parts.consumer());
    }
}
