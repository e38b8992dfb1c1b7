package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2DurabilityTest {
    @TempDir
    Path directory;

    private List<String> warnings(H2Database database) {
        try {
            return database.outbox().store().durabilityWarnings();
        } finally {
            database.afterEach(null);
        }
    }

    @Test
    void aFileWithoutDelayedWritesIsDurable() {
        assertThat(warnings(H2Database.inFile(directory, ";WRITE_DELAY=0"))).isEmpty();
    }

    @Test
    void delayedWritesAreNamedWithWhatToDo() {
        assertThat(warnings(H2Database.inFile(directory, "")))
                .singleElement()
                .asString()
                .contains("500 ms")
                .contains(";WRITE_DELAY=0");
    }

    @Test
    void aDatabaseInMemoryIsNamed() {
        assertThat(warnings(H2Database.inMemory())).singleElement().asString().contains("in memory");
    }

    @Test
    void g1_whatWasCommittedIsThereWhenTheDatabaseIsOpenedAgain() {
        H2Database first = H2Database.inFile(directory, ";WRITE_DELAY=0");
        JdbcOutbox outbox = first.outbox();
        outbox.transaction(tx -> {
            outbox.publish(tx, Message.to("d").text("x"));
            return true;
        });
        first.afterEach(null);
        H2Database second = H2Database.inFile(directory, ";WRITE_DELAY=0");
        second.outbox().schema().validate();
        assertThat(second.count("outbox_message")).isEqualTo(1);
        second.afterEach(null);
    }
}
