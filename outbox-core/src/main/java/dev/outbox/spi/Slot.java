package dev.outbox.spi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import java.util.zip.CRC32C;

/** The slots into which messages fall, so that several relays can share the work: all messages of one key fall into one slot. */
public final class Slot {
    /** How many slots there are, for ever: slots are numbered 0 to 63. */
    public static final int COUNT = 64;

    private Slot() {}

    /** The slot of {@code message}: that of its key, or of its id when it has none. */
    public static int of(Message message) {
        return of(message.key().orElse(message.id()));
    }

    /** CRC-32C (RFC 3720, appendix B.4) of the UTF-8 bytes of {@code keyOrId}, modulo 64. */
    public static int of(String keyOrId) {
        CRC32C crc = new CRC32C();
        crc.update(keyOrId.getBytes(UTF_8));
        return (int) (crc.getValue() % COUNT);
    }
}
