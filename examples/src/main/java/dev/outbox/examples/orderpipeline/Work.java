package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.order.Intake;

/** The services at work, and the reading of the input: in this process, or in processes of their own. Closing ends it. */
interface Work extends AutoCloseable {
    /**
     * Whether the input was read to its end.
     *
     * @throws IllegalStateException if it cannot be read
     */
    boolean inputRead();

    /** What came of the input, as far as it was read. */
    Intake.Result intake();

    /** Takes note of how far the shop has come. */
    void observe(Counts counts);

    /** Messages a second, of late. */
    double messagesPerSecond();

    /** Whether something may be under way that is in no table. */
    boolean busy();

    @Override
    void close();
}
