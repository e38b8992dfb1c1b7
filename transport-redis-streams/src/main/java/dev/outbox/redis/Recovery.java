package dev.outbox.redis;

import java.time.Duration;
import java.util.List;

/**
 * The pending entries of a stream. One that has an owner: all of them are the owner's, and have to be here before it reads on. One that is shared: those that this process has
 * got without knowing, because a reply was lost; and again and again those of processes that have died or left.
 */
final class Recovery {
    private final Group group;
    private final Deliveries deliveries;
    private final SourceParts.Numbers numbers;
    private final Every others;
    private final Every released = new Every(Duration.ofSeconds(1));
    private String after = "";
    private boolean complete;

    Recovery(Group group, Deliveries deliveries, SourceParts.Numbers numbers) {
        this.group = group;
        this.deliveries = deliveries;
        this.numbers = numbers;
        this.others = new Every(numbers.claimAfter().dividedBy(3));
    }

    /** From the beginning. */
    void begin() {
        after = "";
        complete = false;
    }

    boolean isComplete() {
        return complete;
    }

    /** Delivers the next pending entries; whether that were the last. */
    boolean step(Link link) {
        String of = numbers.ownership() == SourceParts.Ownership.LEASED ? "" : group.consumer();
        List<Group.Pending> page = group.pending(link, after, of, 0, numbers.batch());
        deliveries.claim(link, page, 0);
        if (page.size() < numbers.batch()) {
            complete = true;
        } else {
            after = page.get(page.size() - 1).id();
        }
        return complete;
    }

    /** Where a stream has no owner: keeps what is under way here, and unless it is paused takes over what others have left, at most one batch at a time. */
    void lookAfterOthers(Link link, boolean paused) {
        if (!paused && released.isDue()) {
            deliveries.claim(link, group.pending(link, "", Group.RELEASED, 0, numbers.batch()), 0);
        }
        if (others.isDue()) {
            keepOurs(link);
            if (!paused) {
                long idleMillis = numbers.claimAfter().toMillis();
                deliveries.claim(link, group.pending(link, "", "", idleMillis, numbers.batch()), idleMillis);
            }
        }
    }

    private void keepOurs(Link link) {
        String last = "";
        List<Group.Pending> ours;
        do {
            ours = group.pending(link, last, group.consumer(), 0, numbers.batch());
            deliveries.keep(link, ours);
            last = ours.isEmpty() ? "" : ours.get(ours.size() - 1).id();
        } while (ours.size() == numbers.batch());
    }
}
