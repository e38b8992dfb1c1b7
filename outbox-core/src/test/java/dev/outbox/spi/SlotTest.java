package dev.outbox.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import org.junit.jupiter.api.Test;

class SlotTest {
    /** CRC-32C of "123456789" is E3069283 (the check value of the CRC catalogue); the lowest six bits are 3. */
    @Test
    void isTheCrc32cModulo64() {
        assertThat(Slot.of("123456789")).isEqualTo(0xE3069283 & 63);
        assertThat(Slot.of("")).isZero();
    }

    @Test
    void isThatOfTheKeyOrElseOfTheId() {
        assertThat(Slot.of(Message.to("a").id("i").key("123456789").text(""))).isEqualTo(3);
        assertThat(Slot.of(Message.to("a").id("123456789").text(""))).isEqualTo(3);
    }

    @Test
    void spreadsKeysEvenly() {
        int[] counts = new int[Slot.COUNT];
        for (int i = 0; i < 64_000; i++) {
            counts[Slot.of("customer-" + i)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(800, 1_200);
        }
    }
}
