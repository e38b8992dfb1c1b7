package dev.outbox.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Delivery;
import dev.outbox.HandledElsewhereException;
import dev.outbox.Message;
import dev.outbox.MessageHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandlerRunTest {
    private static final Delivery DELIVERY =
            new Delivery("mail", Message.to("orders").id("m1").text("x"), 1);

    private final List<HandlerResult> results = new ArrayList<>();

    private HandlerRun run(MessageHandler handler) {
        return new HandlerRun(batch -> handler.handle(batch.get(0)), List.of(DELIVERY), results::add);
    }

    private HandlerResult resultOf(MessageHandler handler) {
        run(handler).run();
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    @AfterEach
    void clearFlag() {
        Thread.interrupted();
    }

    @Test
    void returningIsHandled() {
        assertThat(resultOf(delivery -> {})).isEqualTo(HandlerResult.HANDLED);
    }

    @Test
    void throwingIsAFailureWithItsText() {
        assertThat(resultOf(delivery -> {
                    throw new IllegalStateException("no\nmoney");
                }))
                .isInstanceOfSatisfying(
                        HandlerResult.Failed.class,
                        failed -> assertThat(failed.text()).isEqualTo("java.lang.IllegalStateException: no money"));
    }

    @Test
    void whatIsHandledElsewhereIsUndoneAlsoWhenItIsWrapped() {
        assertThat(resultOf(delivery -> {
                    throw new IllegalStateException(new HandledElsewhereException("lock", new RuntimeException()));
                }))
                .isInstanceOf(HandlerResult.Undone.class);
    }

    @Test
    void anInterruptOfSomebodyElseIsUndoneAndItsFlagIsRestored() {
        assertThat(resultOf(delivery -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(HandlerResult.Undone.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void ourInterruptMakesWhateverWasThrownUndoneAndDoesNotReachTheNextTask() {
        HandlerRun[] run = new HandlerRun[1];
        run[0] = run(delivery -> {
            run[0].interrupt();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            throw new IllegalStateException("connection closed");
        });
        run[0].run();
        assertThat(results).singleElement().isInstanceOf(HandlerResult.Undone.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aHandlerIsNotStartedAfterItsInterrupt() {
        HandlerRun run = run(delivery -> {
            throw new AssertionError("started");
        });
        run.interrupt();
        run.run();
        assertThat(results).singleElement().isInstanceOf(HandlerResult.Undone.class);
    }

    @Test
    void anErrorOfTheVirtualMachineIsReportedAndThrownOn() {
        assertThatThrownBy(() -> resultOf(delivery -> {
                    throw new InternalError("broken");
                }))
                .isInstanceOf(InternalError.class);
        assertThat(results).singleElement().isInstanceOf(HandlerResult.Failed.class);
    }

    @Test
    void runningOutOfStackIsAFailureLikeAnyOther() {
        assertThat(resultOf(delivery -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(HandlerResult.Failed.class);
    }
}
