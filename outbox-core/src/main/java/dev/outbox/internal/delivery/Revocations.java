package dev.outbox.internal.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Groups that are about to be taken away, until nothing of them is under way. Belongs to the engine's thread. */
final class Revocations {
    private record Revocation(Set<String> groups, CompletableFuture<Void> whenDrained) {}

    private final Buffer buffer;
    private final List<Revocation> underWay = new ArrayList<>();

    Revocations(Buffer buffer) {
        this.buffer = buffer;
    }

    void await(Set<String> groups, CompletableFuture<Void> whenDrained) {
        underWay.add(new Revocation(groups, whenDrained));
    }

    /** Whether {@code group} is about to be taken away. */
    boolean concerns(String group) {
        return underWay.stream().anyMatch(one -> one.groups().contains(group));
    }

    /** After the acknowledgements of this step. */
    void step() {
        if (!underWay.isEmpty()) {
            List<Revocation> done =
                    underWay.stream().filter(one -> !buffer.holds(one.groups())).toList();
            underWay.removeAll(done);
            done.forEach(one -> one.whenDrained().complete(null));
        }
    }

    /** Nobody is to wait for what does not come. */
    void abandon() {
        underWay.forEach(one -> one.whenDrained().complete(null));
        underWay.clear();
    }
}
