package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.jdbc.NotificationThread.Work;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class NotificationThreadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Fails as often as told, then waits to be unparked. */
    private static final class Script implements Work {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final CountDownLatch waits = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        private int failures;
        private final RuntimeException impossible;
        private boolean waited;

        Script(int failures, RuntimeException impossible) {
            this.failures = failures;
            this.impossible = impossible;
        }

        @Override
        public void begin() {
            calls.add("begin");
        }

        @Override
        public void step() throws SQLException {
            if (failures-- > 0) {
                calls.add("failed step");
                throw new SQLException("planned");
            }
            if (impossible != null) {
                throw impossible;
            }
            if (!waited) {
                waited = true;
                calls.add("step");
            }
            waits.countDown();
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        }

        @Override
        public void release() {
            calls.add("release");
        }

        @Override
        public void abort() {
            calls.add("abort");
        }

        @Override
        public void end() {
            calls.add("end");
            ended.countDown();
        }
    }

    @Test
    void itBeginsAnewAfterAFailureAndReleasesEachTime() throws InterruptedException {
        Script script = new Script(2, null);
        NotificationThread thread = new NotificationThread("test", script, new Random(1));

        thread.start();
        assertThat(script.waits.await(20, TimeUnit.SECONDS)).as("a step").isTrue();
        thread.close(PATIENCE);
        thread.close(PATIENCE);

        assertThat(script.calls)
                .containsExactly("begin", "failed step", "release", "failed step", "release", "step", "release", "end");
    }

    @Test
    void itEndsWhenItsWorkCanNeverBeDone() throws InterruptedException {
        Script script = new Script(0, new NoNotificationsException("no such database"));
        NotificationThread thread = new NotificationThread("test", script, new Random(1));

        thread.start();
        assertThat(script.ended.await(20, TimeUnit.SECONDS)).as("the end").isTrue();
        thread.close(PATIENCE);

        assertThat(script.calls).containsExactly("begin", "end");
    }
}
