package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.HandledElsewhereException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** What handlers do in a simulation: most succeed, some fail once or twice, some always; a few end the process when they are retried. */
final class HandlerModel {
    private static final int ALWAYS = Integer.MAX_VALUE;

    private enum Kind {
        FAILS,
        IS_PERMANENT,
        ENDS_THE_PROCESS
    }

    /** A delivery's nature: how often it still fails, and how. */
    private record Nature(int failures, Kind kind) {}

    private final SplittableRandom random;
    private final DeliveryHistory history;
    private final Map<String, Nature> natures = new HashMap<>();
    private boolean calm;
    private boolean processEnded;

    HandlerModel(SplittableRandom random, DeliveryHistory history) {
        this.random = random;
        this.history = history;
    }

    /** From now on nothing fails by chance; what always fails goes on to. */
    void calm() {
        calm = true;
    }

    /** Whether the last handler has ended its process; asked once. */
    boolean hasEndedTheProcess() {
        boolean ended = processEnded;
        processEnded = false;
        return ended;
    }

    void handle(Delivery delivery) throws Exception {
        if (!calm && random.nextInt(20) == 0) {
            throw new HandledElsewhereException("simulated lock", new IllegalStateException());
        }
        String name = delivery.idempotencyKey();
        Nature nature = natures.computeIfAbsent(name, n -> draw());
        if (nature.failures() == 0) {
            history.handled(delivery);
            return;
        }
        natures.put(name, new Nature(nature.failures() == ALWAYS ? ALWAYS : nature.failures() - 1, nature.kind()));
        if (nature.kind() == Kind.ENDS_THE_PROCESS && delivery.attempt() > 1) {
            processEnded = true;
            return;
        }
        history.failed(delivery, nature.kind() == Kind.IS_PERMANENT);
        throw nature.kind() == Kind.IS_PERMANENT
                ? new IllegalArgumentException("simulated, permanent")
                : new IllegalStateException("simulated");
    }

    private Nature draw() {
        int percent = random.nextInt(100);
        if (percent < 65) {
            return new Nature(0, Kind.FAILS);
        }
        if (percent < 88) {
            return new Nature(1 + random.nextInt(DeliverySimulation.MAX_ATTEMPTS - 1), Kind.FAILS);
        }
        return new Nature(ALWAYS, percent < 94 ? Kind.FAILS : percent < 97 ? Kind.IS_PERMANENT : Kind.ENDS_THE_PROCESS);
    }
}
