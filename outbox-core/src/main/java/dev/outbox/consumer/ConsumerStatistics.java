package dev.outbox.consumer;

import dev.outbox.spi.Backlog;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What became of a consumer's messages in this process since it was built, and what it has and sees. Taking it costs no I/O; the figures are read one after
 * another.
 *
 * @param state what the consumer is doing
 * @param handled messages that the handler finished
 * @param failed attempts that failed and were charged
 * @param retries messages that were to come again, charged or not
 * @param parked messages put into the store to wait: after a failed attempt, behind others of their key, or because a process had ended over them
 * @param dead messages that became dead letters
 * @param handledPerSecond over the last ten seconds
 * @param failedPerSecond over the last ten seconds
 * @param latencyP50 of handling: from the handler's being handed to its executor until its end was seen, of all that were handled; accurate to 6 %
 * @param latencyP99 likewise
 * @param lag messages at the broker that are not finished, as the source knows it; empty if it does not
 * @param oldestUnfinished how long ago the broker took the message that has been in memory for the longest time; empty if there is none
 * @param waiting messages in memory that wait for their next attempt, their keys with them
 * @param buffered messages in memory
 * @param bufferedBytes their payloads
 * @param paused whether the source was told to pause, because the buffer was full
 * @param backlog what stands parked in the store, for all processes, and how many keys are held back by it: read again at most every five seconds while somebody
 *     asks; empty until then
 */
public record ConsumerStatistics(
        Consumer.State state,
        long handled,
        long failed,
        long retries,
        long parked,
        long dead,
        double handledPerSecond,
        double failedPerSecond,
        Duration latencyP50,
        Duration latencyP99,
        OptionalLong lag,
        Optional<Duration> oldestUnfinished,
        int waiting,
        int buffered,
        long bufferedBytes,
        boolean paused,
        Optional<Backlog> backlog) {}
