package dev.outbox.examples.orderpipeline.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.examples.orderpipeline.order.InputLines.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputLinesTest {
    @Test
    void linesAreNumberedFromOneHoweverTheyEnd() throws IOException {
        assertThat(read("a\r\n\nb".getBytes(StandardCharsets.UTF_8)))
                .containsExactly(new Line(1, "a", null), new Line(2, "", null), new Line(3, "b", null));
    }

    @Test
    void theEndOfTheLastLineIsNotAnotherLine() throws IOException {
        assertThat(read("a\n".getBytes(StandardCharsets.UTF_8))).hasSize(1);
        assertThat(read(new byte[0])).isEmpty();
    }

    @Test
    void aLineThatIsTooLongIsCutAndTheNextOneIsRead() throws IOException {
        byte[] bytes = ("x".repeat(InputLines.MAX_BYTES + 1) + "\nnext").getBytes(StandardCharsets.UTF_8);

        List<Line> lines = read(bytes);

        assertThat(lines.get(0).text()).hasSize(InputLines.MAX_BYTES);
        assertThat(lines.get(0).fault()).contains("65537 bytes, more than 65536");
        assertThat(lines.get(1)).isEqualTo(new Line(2, "next", null));
    }

    @Test
    void aLineThatIsNoTextIsAFault() throws IOException {
        List<Line> lines = read(new byte[] {'a', (byte) 0xff, '\n', 'b'});

        assertThat(lines.get(0).fault()).isEqualTo("the line is not UTF-8");
        assertThat(lines.get(1).fault()).isNull();
    }

    private static List<Line> read(byte[] bytes) throws IOException {
        InputLines input = new InputLines(new ByteArrayInputStream(bytes));
        List<Line> lines = new ArrayList<>();
        for (Line line = input.next(); line != null; line = input.next()) {
            lines.add(line);
        }
        return lines;
    }
}
