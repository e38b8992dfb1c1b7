package dev.outbox.testkit;

import dev.outbox.Message;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A partitioned log in memory, with groups of consumers: the broker that {@link InMemorySource} reads from. Messages of one key are in one partition, in the
 * order in which they came. Thread-safe.
 */
public final class InMemoryTopic {
    /** One message in a partition. */
    record Entry(Message message, Instant appendedAt) {}

    private final InstantSource brokerClock;
    private final List<List<Entry>> partitions = new ArrayList<>();
    private final Map<String, GroupState> groups = new HashMap<>();
    private int appended;

    /**
     * An empty topic.
     *
     * @param brokerClock the time of appending
     * @param partitionCount at least 1
     * @throws IllegalArgumentException if {@code partitionCount} is below 1
     */
    public InMemoryTopic(InstantSource brokerClock, int partitionCount) {
        if (partitionCount < 1) {
            throw new IllegalArgumentException("partitionCount " + partitionCount + " must be at least 1");
        }
        this.brokerClock = brokerClock;
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new ArrayList<>());
        }
    }

    /** Appends a message; those of one key go into one partition. */
    public synchronized void append(Message message) {
        int hash = message.key().map(String::hashCode).orElse(appended);
        partitions.get(Math.floorMod(hash, partitions.size())).add(new Entry(message, brokerClock.instant()));
        appended++;
    }

    /** A member of {@code group}, which gets its share of the partitions as soon as it polls. */
    public InMemorySource source(String group) {
        return new InMemorySource(this, group);
    }

    /** How many messages {@code group} has not finished. */
    public synchronized long lag(String group) {
        GroupState state = group(group);
        long lag = 0;
        for (int p = 0; p < partitions.size(); p++) {
            lag += partitions.get(p).size() - state.committed[p];
        }
        return lag;
    }

    /** Takes all partitions of {@code member} away, as a broker does that has not heard of it for too long; it comes back when it polls again. */
    public synchronized void expel(InMemorySource member) {
        group(member.group()).leave(member);
    }

    synchronized void join(InMemorySource member) {
        group(member.group()).join(member);
    }

    synchronized boolean isMember(InMemorySource member) {
        return group(member.group()).members.contains(member);
    }

    synchronized boolean isOwner(InMemorySource member, int partition) {
        return group(member.group()).owners[partition] == member;
    }

    synchronized boolean isWanted(InMemorySource member, int partition) {
        return group(member.group()).isWanted(member, partition);
    }

    /** The partition is to be given to somebody else, nothing of it being under way. */
    synchronized void release(InMemorySource member, int partition) {
        GroupState state = group(member.group());
        if (state.owners[partition] == member) {
            state.owners[partition] = null;
            state.delivered[partition] = state.committed[partition];
        }
    }

    /** The partition is to be given to somebody else, although things of it are under way. */
    synchronized void abandon(InMemorySource member, int partition) {
        GroupState state = group(member.group());
        if (state.owners[partition] == member) {
            state.owners[partition] = null;
        }
    }

    /** Takes a free partition that {@code member} is to have; returns where it has to begin, or -1. */
    synchronized long take(InMemorySource member, int partition) {
        GroupState state = group(member.group());
        if (state.owners[partition] != null || !state.isWanted(member, partition)) {
            return -1;
        }
        state.owners[partition] = member;
        return state.committed[partition];
    }

    synchronized void commit(InMemorySource member, int partition, long position) {
        GroupState state = group(member.group());
        if (state.owners[partition] == member && position > state.committed[partition]) {
            state.committed[partition] = position;
        }
    }

    /** Notes that everything before {@code position} was delivered; returns up to where it had been before, by anybody that did not release it. */
    synchronized long delivering(InMemorySource member, int partition, long position) {
        GroupState state = group(member.group());
        long before = state.delivered[partition];
        state.delivered[partition] = Math.max(before, position);
        return before;
    }

    synchronized List<Entry> read(int partition, long from, int limit) {
        List<Entry> log = partitions.get(partition);
        int end = (int) Math.min(log.size(), from + limit);
        return from >= end ? List.of() : List.copyOf(log.subList((int) from, end));
    }

    synchronized int size(int partition) {
        return partitions.get(partition).size();
    }

    int partitionCount() {
        return partitions.size();
    }

    private GroupState group(String name) {
        return Objects.requireNonNull(groups.computeIfAbsent(name, n -> new GroupState(partitions.size())));
    }
}
