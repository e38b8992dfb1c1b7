package dev.outbox.internal.delivery;

import dev.outbox.spi.DeliveryStore.ConsumerKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts batches together: those that are ready, of each key with what waits behind it in its lane, so that a run of one key is handled in order. What is retried goes
 * alone, and so does what was in a batch that failed. Belongs to the engine's thread.
 */
final class Gatherer {
    private final Map<ConsumerKey, Lane> lanes;

    Gatherer(Map<ConsumerKey, Lane> lanes) {
        this.lanes = lanes;
    }

    /** What {@code subscriber} is to be started with now; empty if nothing is to be, or a batch is to wait for more. */
    List<Work> next(Subscriber subscriber, long nowNanos) {
        if (!subscriber.hasRoom()) {
            return List.of();
        }
        Work alone = subscriber.nextAlone();
        if (alone != null) {
            return List.of(alone);
        }
        if (subscriber.peekFresh() == null) {
            subscriber.batchBy().clear(); // who waited was taken away meanwhile
            return List.of();
        }
        if (!isTime(subscriber, nowNanos)) {
            return List.of();
        }
        subscriber.batchBy().clear();
        return gather(subscriber);
    }

    /** Until a batch that waits for more is to go; {@link Long#MAX_VALUE} if there is none, or no room for it. */
    static long idleNanos(Subscriber subscriber, long nowNanos) {
        return subscriber.hasRoom() ? subscriber.batchBy().remainingNanos(nowNanos) : Long.MAX_VALUE;
    }

    private boolean isTime(Subscriber subscriber, long nowNanos) {
        Alarm batchBy = subscriber.batchBy();
        if (!batchBy.isSet()) {
            batchBy.setAt(nowNanos + subscriber.batching().longestWaitNanos());
        }
        return batchBy.isDue(nowNanos) || isFull(subscriber);
    }

    private boolean isFull(Subscriber subscriber) {
        int most = subscriber.batching().most();
        int count = 0;
        for (Work work : subscriber.readyFresh()) {
            Lane lane = laneOf(work);
            count += lane == null ? 1 : lane.size();
            if (count >= most) {
                return true;
            }
        }
        return false;
    }

    private List<Work> gather(Subscriber subscriber) {
        int most = subscriber.batching().most();
        List<Work> batch = new ArrayList<>();
        Work work = subscriber.peekFresh();
        while (work != null && !work.isToRunAlone() && batch.size() < most) {
            subscriber.readyFresh().poll();
            batch.add(work);
            Lane lane = laneOf(work);
            if (lane != null) {
                lane.follow(batch, most);
            }
            work = subscriber.peekFresh();
        }
        return batch;
    }

    private @org.jspecify.annotations.Nullable Lane laneOf(Work work) {
        ConsumerKey key = work.key();
        return key == null ? null : lanes.get(key);
    }
}
