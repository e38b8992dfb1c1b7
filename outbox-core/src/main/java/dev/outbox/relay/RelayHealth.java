package dev.outbox.relay;

import dev.outbox.Health;
import java.util.List;

/** The verdict on a relay. */
final class RelayHealth {
    private static final int MOST_NAMED = 5;

    private RelayHealth() {}

    static Health of(Relay.State state, Meter meter) {
        return switch (state) {
            case NEW -> Health.down("it was not started");
            case STOPPING -> Health.down("it is closing");
            case CLOSED -> Health.down("it is closed");
            case FAILED -> Health.down("an Error ended it; the log has it");
            case RUNNING -> running(meter);
        };
    }

    private static Health running(Meter meter) {
        String storeError = meter.storeError();
        if (storeError != null) {
            return Health.degraded("the store fails: " + storeError);
        }
        List<String> unavailable = meter.unavailable();
        if (unavailable.isEmpty()) {
            return Health.up();
        }
        List<String> named = unavailable.subList(0, Math.min(MOST_NAMED, unavailable.size()));
        return Health.degraded(unavailable.size() + " destinations take nothing at present: " + String.join(", ", named)
                + (named.size() < unavailable.size() ? ", ..." : ""));
    }
}
