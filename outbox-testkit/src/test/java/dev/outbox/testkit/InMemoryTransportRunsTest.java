package dev.outbox.testkit;

import dev.outbox.Message;

/** The same destinations, which take several messages of a key as one. */
class InMemoryTransportRunsTest extends InMemoryTransportTest {
    InMemoryTransportRunsTest() {
        inMemory().takeRuns(10).script(sending -> {
            boolean refused = sending.message().destination().equals(missingDestination())
                    || sending.message().payload().equals(refused("k").payload());
            return refused ? Answer.reject("no") : Answer.confirm();
        });
    }

    @Override
    protected Message refused(String key) {
        return Message.to(destination()).key(key).text("refused");
    }
}
