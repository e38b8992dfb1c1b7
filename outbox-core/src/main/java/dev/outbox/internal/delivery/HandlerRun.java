package dev.outbox.internal.delivery;

import dev.outbox.BatchHandler;
import dev.outbox.Delivery;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a handler on a thread of the executor. Whatever the handler does, exactly one result is reported; an error that leaves the virtual machine in
 * doubt is thrown on afterwards.
 */
final class HandlerRun implements Runnable {
    private final BatchHandler handler;
    private final List<Delivery> deliveries;
    private final Consumer<HandlerResult> report;
    private @Nullable Thread thread;
    private boolean interrupted;

    HandlerRun(BatchHandler handler, List<Delivery> deliveries, Consumer<HandlerResult> report) {
        this.handler = handler;
        this.deliveries = deliveries;
        this.report = report;
    }

    List<Delivery> deliveries() {
        return deliveries;
    }

    @Override
    public void run() {
        if (!begin()) {
            report.accept(new HandlerResult.Undone("the transport closed before the handler was started"));
            return;
        }
        Throwable thrown = null;
        try {
            handler.handle(deliveries);
        } catch (Throwable t) {
            thrown = t;
        }
        boolean closing = end();
        restoreFlag(thrown, closing);
        report.accept(thrown == null ? HandlerResult.HANDLED : HandlerResult.thrown(thrown, closing));
        if (thrown instanceof VirtualMachineError error && isFatal(error)) {
            throw error;
        }
    }

    /** Interrupts the handler if it is running, and keeps it from being started. */
    synchronized void interrupt() {
        interrupted = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private synchronized boolean begin() {
        thread = Thread.currentThread();
        return !interrupted;
    }

    private synchronized boolean end() {
        thread = null;
        return interrupted;
    }

    /** Our own interrupt must not reach the executor's next task; one of somebody else must not be swallowed. */
    private static void restoreFlag(@Nullable Throwable thrown, boolean closing) {
        if (closing) {
            Thread.interrupted();
        } else if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }

    /** Running out of stack or memory ends one attempt; the other kinds say that the virtual machine is broken. */
    private static boolean isFatal(VirtualMachineError error) {
        return !(error instanceof StackOverflowError || error instanceof OutOfMemoryError);
    }
}
