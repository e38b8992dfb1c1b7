package dev.outbox.spi;

import dev.outbox.Message;

/** A source whose broker can set aside what a consumer gives up, in one step with its acknowledgement. */
public interface DeadLetterSource extends Source {
    /**
     * {@code incoming} is given up. When it is {@linkplain #acknowledge acknowledged}, which follows, the broker MUST set it aside and deliver it no more, both or neither
     * (G9). If its group was taken away meanwhile nothing is done: it is delivered again, elsewhere. Called by any thread; MUST return at once.
     *
     * @param deadLetter the message, with headers {@code dead-letter-*} that say where it comes from and why; a broker that sets aside the message itself leaves them out
     */
    void setAside(Incoming incoming, Message deadLetter);
}
