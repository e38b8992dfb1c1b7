package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore.Claimed;
import dev.outbox.testkit.InMemoryStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What happened in a simulation of consumers, and what of it breaks a guarantee. Knows the guarantees only, not how they are kept. */
final class ConsumerHistory {
    /** What befell one message. */
    private static final class Story {
        int deliveries;
        int failures;
        int lapses;
        int effects;
        boolean permanent;
        boolean wasDead;
        long firstEffect = Long.MAX_VALUE;
    }

    private final int maxAttempts;
    private final int memoryTries;
    private final boolean stored;
    private final Map<String, Message> published = new LinkedHashMap<>();
    private final Map<String, Story> stories = new HashMap<>();
    private final Set<String> violations = new LinkedHashSet<>();
    private long clock;
    private int storeFailures;

    /** @param stored whether attempts are counted for all processes */
    ConsumerHistory(int maxAttempts, int memoryTries, boolean stored) {
        this.stored = stored;
        this.maxAttempts = maxAttempts;
        this.memoryTries = memoryTries;
    }

    void published(Message message) {
        published.putIfAbsent(message.id(), message);
    }

    void delivered(Message message) {
        story(message.id()).deliveries++;
    }

    /** A handler's effects were committed. */
    void effect(Message message) {
        Story story = story(message.id());
        story.firstEffect = Math.min(story.firstEffect, ++clock);
        if (++story.effects > 1) {
            violation("G6: " + message.id() + " took effect " + story.effects + " times");
        }
    }

    void failed(Delivery delivery, boolean permanent) {
        Story story = story(delivery.message().id());
        story.failures++;
        story.permanent |= permanent;
    }

    void storeFailed() {
        storeFailures++;
    }

    void claimed(Claimed row) {
        if (row.suspect()) {
            story(row.delivery().message().id()).lapses++;
        }
    }

    /** Handlers of one process that are under way together. */
    void checkOneAtATime(List<Runnable> running) {
        Set<String> keys = new HashSet<>();
        for (Runnable task : running) {
            for (String key : keys((HandlerRun) task)) {
                if (!keys.add(key)) {
                    violation("G7: two handlers at a time for " + key);
                }
            }
        }
    }

    /** As published, whatever the handler is told. */
    private Set<String> keys(HandlerRun run) {
        Set<String> keys = new HashSet<>();
        for (Delivery delivery : run.deliveries()) {
            Message message = published.get(delivery.message().id());
            if (message != null) {
                message.key().ifPresent(keys::add);
            }
        }
        return keys;
    }

    void violation(String text) {
        violations.add(text);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /** When everything has come to its end for the first time. */
    void checkBeforeRedrive(InMemoryStore tables) {
        Map<String, DeadLetter> dead = new HashMap<>();
        for (DeadLetter letter : tables.list(DeadLetterQuery.all().limit(10_000))) {
            if (dead.put(letter.message().id(), letter) != null) {
                violation("G9: two dead letters for " + letter.message().id());
            }
        }
        Map<String, Message> last = new HashMap<>();
        for (Message message : published.values()) {
            DeadLetter letter = dead.get(message.id());
            check(message, letter);
            if (letter == null) {
                message.key().ifPresent(key -> checkOrder(last.put(key, message), message));
            }
        }
    }

    /** When every dead letter was redriven, with nothing that fails any more. */
    void checkAfterRedrive(InMemoryStore tables) {
        for (DeadLetter letter : tables.list(DeadLetterQuery.all().limit(10_000))) {
            violation("G9: dead again after a redrive: " + letter.message().id() + ", " + letter.reason());
        }
        for (Message message : published.values()) {
            if (story(message.id()).effects == 0) {
                violation("G9: redriven and never handled: " + message.id());
            }
        }
    }

    /**
     * What the store has taken over is tried at most so often as the policy says, and once more for each lapse of a claim and each failure of the store. A
     * duplicate that comes while the store has the first is tried at most once, and as often as retries may wait in memory, before the store says that it has it.
     * Without a store each process counts for itself what it is given.
     */
    private void check(Message message, @Nullable DeadLetter letter) {
        Story story = story(message.id());
        story.wasDead = letter != null;
        if (story.effects == 0 && letter == null) {
            violation("G2: lost: " + message.id());
        }
        if (story.effects > 0 && letter != null && letter.reason() != DeadReason.STALE) {
            violation("G9: handled, and a dead letter (" + letter.reason() + "): " + message.id());
        }
        if (letter != null && !mayBeDead(story, letter)) {
            violation("G8: dead (" + letter.reason() + ") after " + story.failures + " failures and " + story.lapses
                    + " lapses: " + message.id());
        }
        int again = Math.max(0, story.deliveries - 1);
        int most = stored
                ? maxAttempts + memoryTries + (1 + memoryTries) * again + story.lapses + storeFailures
                : maxAttempts * story.deliveries;
        if (story.failures > most) {
            violation("G8: " + story.failures + " failed attempts, at most " + most + " are right: " + message.id());
        }
    }

    private boolean mayBeDead(Story story, DeadLetter letter) {
        return switch (letter.reason()) {
            case REJECTED -> story.permanent;
            case STALE -> true;
            case PROCESS_ENDED -> story.failures + story.lapses > maxAttempts;
            default -> story.failures + story.lapses >= maxAttempts;
        };
    }

    private void checkOrder(@Nullable Message before, Message message) {
        if (before != null && story(before.id()).firstEffect > story(message.id()).firstEffect) {
            violation("G7: " + message.id() + " took effect before " + before.id());
        }
    }

    private Story story(String id) {
        return stories.computeIfAbsent(id, i -> new Story());
    }
}
