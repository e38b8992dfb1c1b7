package dev.outbox.kafka;

import dev.outbox.spi.Incoming;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The partitions that this process has. Belongs to the loop's thread. */
final class Partitions {
    private final Map<String, Assigned> byGroup = new LinkedHashMap<>();
    private final Receipts receipts;
    private final LongSupplier numbers;
    private final int mostInAPoll;

    /** @param numbers gives each assignment a number that no other one of this source has */
    Partitions(Receipts receipts, LongSupplier numbers, int mostInAPoll) {
        this.receipts = receipts;
        this.numbers = numbers;
        this.mostInAPoll = mostInAPoll;
    }

    Assigned add(TopicPartition partition) {
        Assigned assigned = new Assigned(partition, numbers.getAsLong(), mostInAPoll);
        byGroup.put(assigned.group(), assigned);
        return assigned;
    }

    void remove(Assigned assigned) {
        byGroup.remove(assigned.group(), assigned);
        receipts.drop(assigned);
    }

    @Nullable
    Assigned get(TopicPartition partition) {
        return byGroup.get(partition.toString());
    }

    /** Those of {@code partitions} that are here. */
    List<Assigned> of(Collection<TopicPartition> partitions) {
        return partitions.stream().map(this::get).filter(Objects::nonNull).toList();
    }

    Collection<Assigned> all() {
        return byGroup.values();
    }

    /** Takes note of what is finished; what belongs to an earlier assignment is left alone. */
    void finish(Finished finished) {
        Map<Assigned, Long> highest = new HashMap<>();
        boolean known = true;
        for (Incoming incoming : finished.deliveries()) {
            Assigned assigned = byGroup.get(incoming.group());
            if (assigned != null && assigned.isMine(incoming.token())) {
                assigned.finish(incoming.token());
                if (finished.onDurable() != null) {
                    highest.merge(assigned, incoming.token(), Math::max);
                }
            } else {
                known = false;
            }
        }
        Runnable onDurable = finished.onDurable();
        if (onDurable != null && known) {
            receipts.add(highest, onDurable);
        }
    }
}
