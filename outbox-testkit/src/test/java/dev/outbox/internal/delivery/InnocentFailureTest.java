package dev.outbox.internal.delivery;

import static dev.outbox.internal.delivery.DeliveryRig.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Delivery;
import dev.outbox.HandledElsewhereException;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeliveryListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InnocentFailureTest {
    private final DeliveryRig rig = new DeliveryRig();
    private final List<Throwable> toThrow = new ArrayList<>();

    private void thrower(Delivery delivery) throws Exception {
        rig.log.add("attempt " + delivery.attempt());
        if (!toThrow.isEmpty()) {
            Throwable next = toThrow.remove(0);
            if (next instanceof Error error) {
                throw error;
            }
            throw (Exception) next;
        }
    }

    @AfterEach
    void clearFlag() {
        Thread.interrupted();
    }

    @Test
    void g8_whatIsHandledElsewhereAndInterruptsCostNoAttempt() {
        rig.subscribe("a", this::thrower);
        for (int i = 0; i < 10; i++) {
            toThrow.add(new HandledElsewhereException("a lock", new IllegalStateException()));
            toThrow.add(new InterruptedException());
            toThrow.add(new IllegalStateException(new ExecutionException(new InterruptedException())));
        }
        rig.send(message("m1", "k"));
        rig.pass(Duration.ofMinutes(5));
        assertThat(rig.log).hasSize(31).containsOnly("attempt 1");
        assertThat(rig.statistics("a").failed()).isZero();
        assertThat(rig.statistics("a").handled()).isOne();
    }

    @Test
    void errorsAreFailedAttemptsAndToldToTheListener() {
        List<Throwable> told = new ArrayList<>();
        rig.listener = new DeliveryListener() {
            @Override
            public void onFailure(Delivery delivery, Throwable error) {
                told.add(error);
                throw new IllegalStateException("a listener that throws");
            }
        };
        rig.subscribe("a", this::thrower);
        toThrow.add(new StackOverflowError());
        toThrow.add(new OutOfMemoryError("simulated"));
        rig.send(message("m1", "k"));
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.log).containsExactly("attempt 1", "attempt 2", "attempt 3");
        assertThat(told).hasSize(2);
        assertThat(rig.statistics("a").handled()).isOne();
    }

    @Test
    void anExceptionWhoseMethodsThrowIsAFailureLikeAnyOther() {
        rig.subscribe("a", this::thrower);
        for (int i = 0; i < 3; i++) {
            toThrow.add(new Hostile());
        }
        rig.send(message("m1", "k"));
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.tables.list(DeadLetterQuery.all()))
                .singleElement()
                .satisfies(dead -> assertThat(dead.error()).contains("Hostile"));
    }

    private static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new StackOverflowError();
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("no cause");
        }
    }
}
