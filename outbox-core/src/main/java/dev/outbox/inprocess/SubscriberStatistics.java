package dev.outbox.inprocess;

import dev.outbox.internal.delivery.Subscriber;

/**
 * What became of one subscriber's deliveries in this process since the transport was built. Taking it costs no I/O; the counters are read one after another.
 *
 * @param handled deliveries that the handler finished
 * @param failed attempts that failed and were charged
 * @param parked deliveries put into the store to wait: after a failed or interrupted attempt, behind others of their key, or because the subscriber was busy
 * @param dead deliveries that became dead letters
 */
public record SubscriberStatistics(long handled, long failed, long parked, long dead) {
    static SubscriberStatistics of(Subscriber.Counters counters) {
        return new SubscriberStatistics(counters.handled(), counters.failed(), counters.parked(), counters.dead());
    }
}
