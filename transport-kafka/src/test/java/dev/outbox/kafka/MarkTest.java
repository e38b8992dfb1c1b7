package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkTest {
    @Test
    void whatIsWrittenIsRead() {
        Mark since = new Mark(OptionalLong.empty(), OptionalLong.of(1_700_000_000_000L));
        for (Mark mark : new Mark[] {Mark.NONE, Mark.NONE.open(0), Mark.NONE.open(123), since, since.open(5)}) {
            assertThat(Mark.parse(mark.text())).isEqualTo(mark);
        }
        assertThat(since.open(5).clean()).isEqualTo(since);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "somebody else's",
                "outbox1 open<",
                "outbox1 open<99999999999999999999",
                "outbox2 open<5",
                "outbox1 open<-1"
            })
    void whatSomebodyElseHasWrittenSaysNothing(String metadata) {
        assertThat(Mark.parse(metadata)).isEqualTo(Mark.NONE);
    }
}
