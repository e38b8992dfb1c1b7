package dev.outbox.benchmarks;

import dev.outbox.Message;
import dev.outbox.Payload;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The messages to drain.
 *
 * @param messages how many
 * @param keys over how many keys
 * @param payloadBytes how large each payload is
 */
record Workload(int messages, int keys, int payloadBytes) {
    Message message(int index) {
        byte[] payload = new byte[payloadBytes];
        new SplittableRandom(index).nextBytes(payload);
        return Message.to("orders")
                .key("customer-" + index % keys)
                .type("OrderPlaced")
                .payload("application/octet-stream", Payload.wrap(payload));
    }

    /** Messages {@code from} to {@code to}, without the last. */
    java.util.List<Message> messages(int from, int to) {
        Message[] part = new Message[to - from];
        Arrays.setAll(part, i -> message(from + i));
        return Arrays.asList(part);
    }
}
