package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.HandledElsewhereException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** What the handler does in a simulation of consumers: an idempotent one over the tables, whose messages mostly succeed; some fail, some end the process. */
final class ConsumerHandler {
    private static final int ALWAYS = Integer.MAX_VALUE;

    private enum Kind {
        FAILS,
        IS_PERMANENT,
        ENDS_THE_PROCESS
    }

    private record Nature(int failures, Kind kind) {}

    private final SplittableRandom random;
    private final ConsumerTables tables;
    private final ConsumerHistory history;
    private final ConsumerBug bug;
    private final boolean stored;
    private final Consumer<String> overlap;
    private final Map<String, Nature> natures = new HashMap<>();
    private boolean calm;
    private boolean fixed;
    private boolean processEnded;
    private boolean overlapping;

    /**
     * @param stored whether a message that ends processes is found
     * @param overlap runs another handler of the same message, if one is under way elsewhere
     */
    ConsumerHandler(
            SplittableRandom random,
            ConsumerTables tables,
            ConsumerHistory history,
            ConsumerBug bug,
            boolean stored,
            Consumer<String> overlap) {
        this.random = random;
        this.tables = tables;
        this.history = history;
        this.bug = bug;
        this.stored = stored;
        this.overlap = overlap;
    }

    /** From now on nothing fails by chance. */
    void calm() {
        calm = true;
    }

    /** From now on nothing fails. */
    void fix() {
        fixed = true;
    }

    boolean hasEndedTheProcess() {
        boolean ended = processEnded;
        processEnded = false;
        return ended;
    }

    void handle(Delivery delivery) throws Exception {
        if (!calm && random.nextInt(20) == 0) {
            throw new HandledElsewhereException("simulated lock", new IllegalStateException());
        }
        String id = delivery.message().id();
        Nature nature = natures.computeIfAbsent(id, i -> draw());
        if (fixed || nature.failures() == 0) {
            succeed(delivery);
            return;
        }
        natures.put(id, new Nature(nature.failures() == ALWAYS ? ALWAYS : nature.failures() - 1, nature.kind()));
        if (nature.kind() == Kind.ENDS_THE_PROCESS) {
            processEnded = true;
            return;
        }
        history.failed(delivery, nature.kind() == Kind.IS_PERMANENT);
        throw nature.kind() == Kind.IS_PERMANENT
                ? new IllegalArgumentException("simulated, permanent")
                : new IllegalStateException("simulated");
    }

    /** Several in one transaction: if one fails, none has an effect, and nothing is charged. */
    void handleTogether(List<Delivery> batch) throws Exception {
        if (!calm && random.nextInt(20) == 0) {
            throw new HandledElsewhereException("simulated lock", new IllegalStateException());
        }
        List<Delivery> good = new ArrayList<>();
        for (Delivery delivery : batch) {
            Nature nature = natures.computeIfAbsent(delivery.message().id(), i -> draw());
            if (fixed || nature.failures() == 0) {
                good.add(delivery);
            } else if (nature.kind() == Kind.ENDS_THE_PROCESS) {
                processEnded = true;
                return;
            } else if (bug != ConsumerBug.BATCH_IS_ACKNOWLEDGED_THOUGH_ONE_FAILED) {
                throw new IllegalStateException("simulated, in a batch of " + batch.size());
            }
        }
        if (bug == ConsumerBug.DUPLICATES_WITHIN_A_BATCH_ARE_HANDLED) {
            good.stream()
                    .filter(delivery -> !tables.isAccepted(delivery.message().id()))
                    .toList()
                    .forEach(delivery -> {
                        tables.noteAccepted(delivery.message().id());
                        tables.accept(delivery.consumer(), delivery.message().id());
                        history.effect(delivery.message());
                    });
        } else {
            good.forEach(this::succeed);
        }
    }

    private void succeed(Delivery delivery) {
        String id = delivery.message().id();
        switch (bug) {
            case INBOX_ROW_IN_ANOTHER_TRANSACTION -> {
                if (tables.isAccepted(id)) {
                    return;
                }
                history.effect(delivery.message());
                if (!calm && random.nextInt(10) == 0) {
                    processEnded = true; // between the two transactions
                    return;
                }
                tables.noteAccepted(id);
                tables.accept(delivery.consumer(), id);
            }
            case CHECKED_THEN_INSERTED -> {
                boolean absent = !tables.isAccepted(id);
                if (!overlapping) {
                    overlapping = true;
                    overlap.accept(id);
                    overlapping = false;
                }
                if (absent) {
                    tables.noteAccepted(id);
                    tables.accept(delivery.consumer(), id);
                    history.effect(delivery.message());
                }
            }
            default -> {
                if (tables.accept(delivery.consumer(), id)) {
                    tables.noteAccepted(id);
                    history.effect(delivery.message());
                }
            }
        }
    }

    private Nature draw() {
        int percent = random.nextInt(100);
        if (percent < 65) {
            return new Nature(0, Kind.FAILS);
        }
        if (percent < 88) {
            return new Nature(1 + random.nextInt(ConsumerSimulation.MAX_ATTEMPTS - 1), Kind.FAILS);
        }
        return new Nature(
                ALWAYS,
                percent < 94 ? Kind.FAILS : percent < 98 || !stored ? Kind.IS_PERMANENT : Kind.ENDS_THE_PROCESS);
    }
}
