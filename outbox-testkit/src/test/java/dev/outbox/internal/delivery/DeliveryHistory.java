package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore.Claimed;
import dev.outbox.testkit.InMemoryStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What happened in a simulation, and what of it breaks a guarantee. Knows the guarantees only, not how they are kept. */
final class DeliveryHistory {
    /** What befell one message on its way to one subscriber. */
    private static final class Story {
        int failures;
        int lapses;
        boolean permanent;
        long firstEffect = Long.MAX_VALUE;
    }

    private final List<String> names;
    private final int maxAttempts;
    private final List<Message> published = new ArrayList<>();
    private final Map<String, Integer> sendings = new HashMap<>();
    private final Map<String, Story> stories = new LinkedHashMap<>();
    private final Set<String> violations = new LinkedHashSet<>();
    private long effects;
    private int storeFailures;

    DeliveryHistory(List<String> names, int maxAttempts) {
        this.names = names;
        this.maxAttempts = maxAttempts;
    }

    void published(Message message) {
        published.add(message);
    }

    void sent(Message message) {
        sendings.merge(message.id(), 1, Integer::sum);
    }

    void handled(Delivery delivery) {
        Story story = story(delivery.consumer(), delivery.message());
        story.firstEffect = Math.min(story.firstEffect, ++effects);
    }

    void failed(Delivery delivery, boolean permanent) {
        Story story = story(delivery.consumer(), delivery.message());
        story.failures++;
        story.permanent |= permanent;
    }

    void storeFailed() {
        storeFailures++;
    }

    /** A suspect had been claimed before, by a process that was killed or stood still for too long: its attempt may come on top. */
    void claimed(Claimed row) {
        if (row.suspect()) {
            story(row.delivery().consumer(), row.delivery().message()).lapses++;
        }
    }

    /** Handlers of one process that are under way together. */
    void checkOneAtATime(List<Runnable> running) {
        Set<String> keys = new HashSet<>();
        for (Runnable task : running) {
            Delivery delivery = ((HandlerRun) task).deliveries().get(0);
            delivery.message().key().ifPresent(key -> {
                if (!keys.add(delivery.consumer() + "/" + key)) {
                    violation("G7: two handlers at a time for " + delivery.consumer() + ", " + key);
                }
            });
        }
    }

    void violation(String text) {
        violations.add(text);
    }

    /** At the end: everything that broke a guarantee. */
    List<String> check(InMemoryStore tables) {
        Map<String, DeadLetter> dead = new HashMap<>();
        for (DeadLetter letter : tables.list(DeadLetterQuery.all().limit(10_000))) {
            if (dead.put(
                            letter.consumer().orElseThrow() + ":"
                                    + letter.message().id(),
                            letter)
                    != null) {
                violation("G9: two dead letters for " + letter.message());
            }
        }
        for (String name : names) {
            Map<String, Message> last = new HashMap<>();
            for (Message message : published) {
                DeadLetter letter = dead.get(name + ":" + message.id());
                check(name, message, letter);
                if (letter == null) {
                    message.key().ifPresent(key -> checkOrder(name, last.put(key, message), message));
                }
            }
        }
        return List.copyOf(violations);
    }

    /**
     * A message that was sent once is tried at most so often as the policy says, and once more for each lapse of a claim and each failure of the store. What
     * overlapping relays send again may come after the count of the first has ended.
     */
    private void check(String name, Message message, @Nullable DeadLetter letter) {
        Story story = story(name, message);
        String what = message.id() + " for " + name;
        if (story.firstEffect == Long.MAX_VALUE && letter == null) {
            violation("G1: lost: " + what);
        }
        if (letter != null && !mayBeDead(story, letter)) {
            violation("G8: dead (" + letter.reason() + ") after " + story.failures + " failures and " + story.lapses
                    + " lapses: " + what);
        }
        int most = maxAttempts * sendings.getOrDefault(message.id(), 1) + story.lapses + storeFailures;
        if (story.failures > most) {
            violation("G8: " + story.failures + " failed attempts, at most " + most + " are right: " + what);
        }
    }

    private boolean mayBeDead(Story story, DeadLetter letter) {
        return switch (letter.reason()) {
            case REJECTED -> story.permanent;
            case PROCESS_ENDED -> story.failures + story.lapses > maxAttempts;
            default -> story.failures + story.lapses >= maxAttempts && letter.reason() == DeadReason.ATTEMPTS_EXHAUSTED;
        };
    }

    private void checkOrder(String name, @Nullable Message before, Message message) {
        if (before != null && story(name, before).firstEffect > story(name, message).firstEffect) {
            violation("G7: " + message.id() + " took effect before " + before.id() + " for " + name);
        }
    }

    private Story story(String name, Message message) {
        return stories.computeIfAbsent(name + ":" + message.id(), key -> new Story());
    }
}
