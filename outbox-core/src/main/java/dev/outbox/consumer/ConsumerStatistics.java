package dev.outbox.consumer;

/**
 * What became of a consumer's messages in this process since it was built, and what it has in memory. Taking it costs no I/O; the figures are read one after
 * another.
 *
 * @param handled messages that the handler finished
 * @param failed attempts that failed and were charged
 * @param parked messages put into the store to wait: after a failed attempt, behind others of their key, or because a process had ended over them
 * @param dead messages that became dead letters
 * @param buffered messages in memory
 * @param bufferedBytes their payloads
 * @param paused whether the source was told to pause, because the buffer was full
 */
public record ConsumerStatistics(
        long handled, long failed, long parked, long dead, int buffered, long bufferedBytes, boolean paused) {}
