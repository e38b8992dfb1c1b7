package dev.outbox.internal.delivery;

import dev.outbox.Delivery;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.DeliveryStore.ConsumerKey;
import dev.outbox.spi.KeyRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One message on its way to one subscriber, in this process. Belongs to the engine's thread. */
abstract sealed class Work permits FreshWork, SourcedWork, ClaimedWork {
    /** Each leads to the next; when the store takes the delivery over unhandled, the handler is left out. */
    private enum Stage {
        NEW,
        WAITING,
        RUNNING,
        SETTLING
    }

    private final Subscriber subscriber;
    private final DeliveryStore.Delivery parcel;
    private final @Nullable ConsumerKey key;
    private Stage stage = Stage.NEW;
    private boolean alone;
    private long startedNanos;
    private @Nullable HandlerRun run;

    Work(Subscriber subscriber, DeliveryStore.Delivery parcel) {
        this.subscriber = subscriber;
        this.parcel = parcel;
        this.key = parcel.message()
                .key()
                .map(k -> new ConsumerKey(
                        parcel.consumer(), new KeyRef(parcel.message().destination(), k)))
                .orElse(null);
    }

    final Subscriber subscriber() {
        return subscriber;
    }

    /** What the store is to take over. */
    final DeliveryStore.Delivery parcel() {
        return parcel;
    }

    /** What the handler gets. */
    final Delivery delivery() {
        return new Delivery(parcel.consumer(), parcel.message(), attempts() + 1);
    }

    /** The unit of order; null if the message has no key. */
    final @Nullable ConsumerKey key() {
        return key;
    }

    /** Failed attempts charged before this one. */
    abstract int attempts();

    /** The delay before this attempt; zero if there was none. */
    abstract Duration lastDelay();

    /** How long ago the first attempt began, at most. */
    abstract Duration elapsed(long nowNanos);

    /** How long it has been known, at most. */
    abstract Duration known(long nowNanos);

    /** The handler is about to run; false if it must not any more. */
    abstract boolean mayStart(long nowNanos);

    /** The handler has ended. */
    abstract void ended(HandlerResult result);

    /** Whether it was taken away while it ran, so that what comes of it concerns nobody here. */
    boolean isLost() {
        return false;
    }

    /** It was in a batch that failed. */
    final void toRunAlone() {
        alone = true;
    }

    /** Whether it must not be in a batch with others. */
    final boolean isToRunAlone() {
        return alone;
    }

    /** Neither started nor on its way into the store. */
    final boolean isUntouched() {
        return stage == Stage.NEW || stage == Stage.WAITING;
    }

    final boolean isWaiting() {
        return stage == Stage.WAITING;
    }

    final boolean isRunning() {
        return stage == Stage.RUNNING;
    }

    final void waits() {
        stage = Stage.WAITING;
    }

    final void started(HandlerRun handlerRun, long nowNanos) {
        stage = Stage.RUNNING;
        run = handlerRun;
        startedNanos = nowNanos;
    }

    /** The executor refused it. */
    final void notStarted() {
        stage = Stage.WAITING;
        run = null;
    }

    final void settling() {
        stage = Stage.SETTLING;
        run = null;
    }

    final long startedNanos() {
        return startedNanos;
    }

    final void interrupt() {
        if (run != null) {
            run.interrupt();
        }
    }

    @Override
    public String toString() {
        return parcel.message() + " for " + subscriber.name();
    }
}
