package dev.outbox.testkit;

import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group that reads an {@link InMemoryTopic}. It has no thread: {@link #poll} is one turn of its loop, and takes effect of everything that was
 * asked of it since the last. Thread-safe.
 */
public final class InMemorySource implements Source {
    private static final int MOST_IN_A_POLL = 20;

    /** What it has of one partition. */
    private static final class Held {
        final TreeMap<Long, Long> unfinished = new TreeMap<>(); // offset to token
        final Map<Long, Long> offsets = new HashMap<>(); // token to offset
        long next;
        boolean revoking;
        volatile boolean drained;

        long position() {
            return unfinished.isEmpty() ? next : unfinished.firstKey();
        }
    }

    private final InMemoryTopic topic;
    private final String group;
    private final Map<Integer, Held> held = new TreeMap<>();
    private final List<Runnable> durable = new ArrayList<>();
    private @Nullable Sink sink;
    private long lastToken;
    private boolean paused;
    private boolean closed;

    InMemorySource(InMemoryTopic topic, String group) {
        this.topic = topic;
        this.group = group;
    }

    /** The group it is a member of. */
    public String group() {
        return group;
    }

    @Override
    public synchronized void start(Sink consumer) {
        sink = consumer;
        topic.join(this);
    }

    @Override
    public synchronized void acknowledge(List<Incoming> finished, Runnable onDurable) {
        for (Incoming incoming : finished) {
            Held partition = held.get(Integer.parseInt(incoming.group()));
            Long offset = partition == null ? null : partition.offsets.remove(incoming.token());
            if (partition != null && offset != null) {
                partition.unfinished.remove(offset);
            }
        }
        durable.add(onDurable);
    }

    @Override
    public synchronized void pause() {
        paused = true;
    }

    @Override
    public synchronized void resume() {
        paused = false;
    }

    @Override
    public synchronized OptionalLong lag() {
        long lag = 0;
        for (Map.Entry<Integer, Held> one : held.entrySet()) {
            Held partition = one.getValue();
            lag += partition.unfinished.size() + topic.size(one.getKey()) - partition.next;
        }
        return OptionalLong.of(lag);
    }

    /** Commits and gives its partitions back. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            commit();
            held.keySet().forEach(partition -> topic.release(this, partition));
            held.clear();
            topic.expel(this);
        }
    }

    /** One turn: commits, gives partitions away, takes new ones, delivers. Returns how many messages it delivered. */
    public synchronized int poll() {
        Sink to = sink;
        if (closed || to == null) {
            return 0;
        }
        loseWhatWasTaken(to);
        topic.join(this);
        commit();
        give(to);
        take();
        int delivered = 0;
        for (Map.Entry<Integer, Held> one : held.entrySet()) {
            if (!paused && !one.getValue().revoking) {
                delivered += deliver(to, one.getKey(), one.getValue());
            }
        }
        return delivered;
    }

    /** Gives up waiting for what is being revoked, as a broker forces it to that has waited long enough. */
    public synchronized void loseWhatIsRevoked() {
        Sink to = sink;
        if (to != null) {
            commit();
            lose(
                    to,
                    held.keySet().stream()
                            .filter(partition -> {
                                Held one = held.get(partition);
                                return one != null && one.revoking;
                            })
                            .toList());
        }
    }

    private void loseWhatWasTaken(Sink to) {
        lose(
                to,
                held.keySet().stream()
                        .filter(partition -> !topic.isOwner(this, partition))
                        .toList());
    }

    private void lose(Sink to, List<Integer> partitions) {
        if (!partitions.isEmpty()) {
            partitions.forEach(held::remove);
            to.lost(partitions.stream().map(String::valueOf).toList());
            partitions.forEach(partition -> topic.abandon(this, partition));
        }
    }

    private void commit() {
        held.forEach((partition, one) -> topic.commit(this, partition, one.position()));
        List<Runnable> told = List.copyOf(durable);
        durable.clear();
        told.forEach(Runnable::run);
    }

    private void give(Sink to) {
        for (int partition : List.copyOf(held.keySet())) {
            Held one = held.get(partition);
            if (one == null) {
                continue;
            }
            if (one.drained) {
                held.remove(partition);
                topic.release(this, partition);
            } else if (!one.revoking && !topic.isWanted(this, partition)) {
                one.revoking = true;
                to.revoke(List.of(String.valueOf(partition))).thenRun(() -> one.drained = true);
            }
        }
    }

    private void take() {
        for (int partition = 0; partition < topic.partitionCount(); partition++) {
            if (!held.containsKey(partition)) {
                long from = topic.take(this, partition);
                if (from >= 0) {
                    Held one = new Held();
                    one.next = from;
                    held.put(partition, one);
                }
            }
        }
    }

    private int deliver(Sink to, int partition, Held one) {
        List<InMemoryTopic.Entry> entries = topic.read(partition, one.next, MOST_IN_A_POLL);
        long openUpTo = topic.delivering(this, partition, one.next + entries.size());
        List<Incoming> batch = new ArrayList<>();
        for (InMemoryTopic.Entry entry : entries) {
            long offset = one.next++;
            long token = ++lastToken;
            one.unfinished.put(offset, token);
            one.offsets.put(token, offset);
            batch.add(new Incoming(
                    token,
                    String.valueOf(partition),
                    entry.message(),
                    Optional.of(entry.appendedAt()),
                    offset < openUpTo,
                    () -> partition + " offset " + offset));
        }
        if (!batch.isEmpty()) {
            to.deliver(batch);
        }
        return batch.size();
    }
}
