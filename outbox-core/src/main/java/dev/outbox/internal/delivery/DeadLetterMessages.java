package dev.outbox.internal.delivery;

import dev.outbox.Message;
import dev.outbox.MessageLimits;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.FailureText;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Dead letters as messages: id, key, type, payload and headers as they were, and headers that say where they come from and why.
 *
 * @param destination where they go
 * @param clock the time of death
 */
public record DeadLetterMessages(String destination, InstantSource clock) {
    private static final String PREFIX = "dead-letter-";

    /** A message within the limits of the destination, as far as headers can bring it there: the message's own headers go first. */
    Message of(GivenUp givenUp, MessageLimits limits) {
        Message whole = build(givenUp, givenUp.delivery().message().headers().asMap());
        return fits(whole, limits) ? whole : build(givenUp, Map.of());
    }

    private Message build(GivenUp givenUp, Map<String, String> headers) {
        Message message = givenUp.delivery().message();
        Message.Builder builder = Message.to(destination)
                .id(message.id())
                .key(message.key().orElse(null))
                .type(message.type());
        message.correlationId().ifPresent(builder::correlationId);
        message.causationId().ifPresent(builder::causationId);
        headers.forEach(builder::header);
        reasons(givenUp).forEach((name, value) -> builder.header(PREFIX + name, value));
        return builder.payload(message.contentType(), message.payload());
    }

    private Map<String, String> reasons(GivenUp givenUp) {
        DeliveryStore.Delivery delivery = givenUp.delivery();
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put("consumer", delivery.consumer());
        reasons.put("destination", delivery.message().destination());
        if (!givenUp.origin().isEmpty()) {
            reasons.put("origin", FailureText.clean(givenUp.origin()));
        }
        reasons.put("reason", givenUp.reason().name());
        reasons.put("attempts", Integer.toString(givenUp.attempts()));
        reasons.put("error", FailureText.clean(givenUp.error()));
        reasons.put("created", delivery.createdAt().toString());
        reasons.put("died", clock.instant().toString());
        return reasons;
    }

    private static boolean fits(Message message, MessageLimits limits) {
        try {
            limits.check(message);
            return true;
        } catch (IllegalArgumentException tooLarge) {
            return false;
        }
    }
}
