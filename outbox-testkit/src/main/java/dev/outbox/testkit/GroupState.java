package dev.outbox.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an {@link InMemoryTopic} knows of one group; guarded by it. */
final class GroupState {
    final List<InMemorySource> members = new ArrayList<>();
    final long[] committed;
    final long[] delivered;
    final @Nullable InMemorySource[] owners;

    GroupState(int partitions) {
        committed = new long[partitions];
        delivered = new long[partitions];
        owners = new @Nullable InMemorySource[partitions];
    }

    void join(InMemorySource member) {
        if (!members.contains(member)) {
            members.add(member);
        }
    }

    void leave(InMemorySource member) {
        members.remove(member);
        for (int p = 0; p < owners.length; p++) {
            if (owners[p] == member) {
                owners[p] = null;
            }
        }
    }

    boolean isWanted(InMemorySource member, int partition) {
        return !members.isEmpty() && members.get(partition % members.size()) == member;
    }
}
