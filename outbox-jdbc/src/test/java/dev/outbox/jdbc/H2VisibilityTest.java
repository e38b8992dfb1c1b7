package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class H2VisibilityTest extends VisibilityBehaviour {
    @TempDir
    static Path directory;

    private static int databases;

    @RegisterExtension
    final H2Database database = H2Database.inFile(directory.resolve("db-" + databases++), ";WRITE_DELAY=0");

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    void checkFloors(Drain drain) {
        assertThat(drain.highestFloor()).isZero();
    }
}
