package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a JVM started is gone after it, however it ended. */
@Timeout(300)
class ParentDeathIT {
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** Has a server and a child JVM, then does what its argument says. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws InterruptedException {
            PostgresServer server = PostgresServer.start();
            ChildJvm child = ChildJvm.of(Idle.class).start();
            child.awaitLine("idle"::equals, BOUND);
            if (arguments[0].equals("pause")) {
                server.pause();
                child.sigstop();
            }
            System.out.println("ready");
            if (!arguments[0].equals("return")) {
                Thread.currentThread().join();
            }
        }
    }

    /** Does nothing until it is killed. */
    static final class Idle {
        private Idle() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("idle");
            Thread.currentThread().join();
        }
    }

    private Path directories;

    @BeforeEach
    void makeADirectoryThatTheServersUserCanEnter() throws IOException {
        directories = Files.createTempDirectory("parent-death-");
        Files.setPosixFilePermissions(directories, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void removeIt() throws IOException {
        Files.delete(directories);
    }

    @Test
    void killingTheParentLeavesNoProcessAndNoDirectory() throws IOException {
        try (ChildJvm parent = start("run")) {
            List<ProcessHandle> descendants = descendants(parent);
            parent.kill9();
            assertGone(descendants);
        }
    }

    @Test
    void haltedProcessesGoToo() throws IOException {
        try (ChildJvm parent = start("pause")) {
            List<ProcessHandle> descendants = descendants(parent);
            parent.kill9();
            assertGone(descendants);
        }
    }

    @Test
    void anOrdinaryEndLeavesNothingAtTheMomentOfTheExit() throws IOException {
        try (ChildJvm parent = start("return")) {
            List<ProcessHandle> descendants = descendants(parent);
            assertThat(parent.awaitExit(BOUND)).isZero();
            assertThat(descendants).noneMatch(ServerProcess::isRunning);
            assertThat(entries()).isEmpty();
        }
    }

    private ChildJvm start(String action) {
        ChildJvm parent = ChildJvm.of(Parent.class)
                .systemProperty("java.io.tmpdir", directories.toString())
                .arguments(action)
                .start();
        parent.awaitLine("ready"::equals, BOUND);
        return parent;
    }

    private static List<ProcessHandle> descendants(ChildJvm parent) {
        return ProcessHandle.of(parent.pid()).orElseThrow().descendants().toList();
    }

    private void assertGone(List<ProcessHandle> processes) throws IOException {
        Await.until(
                () -> processes.stream().noneMatch(ServerProcess::isRunning), BOUND, () -> "some run: " + processes);
        assertThat(entries()).isEmpty();
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> found = Files.list(directories)) {
            return found.toList();
        }
    }
}
