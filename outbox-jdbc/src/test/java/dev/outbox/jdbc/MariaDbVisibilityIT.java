package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbVisibilityIT extends VisibilityBehaviour {
    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    void checkFloors(Drain drain) {
        assertThat(drain.highestFloor()).isZero();
    }
}
