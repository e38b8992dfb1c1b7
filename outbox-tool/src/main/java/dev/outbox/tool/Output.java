package dev.outbox.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** What a command says: lines for people, or one JSON value for programs. */
final class Output {
    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    private final PrintWriter out;
    private final BooleanSupplier json;

    Output(PrintWriter out, BooleanSupplier json) {
        this.out = out;
        this.json = json;
    }

    boolean isJson() {
        return json.getAsBoolean();
    }

    /** Prints {@code value}: maps, lists, texts, numbers. */
    void json(Object value) {
        try {
            out.println(JSON.writeValueAsString(value));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void line(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }

    /** Prints text as it is, with its lines. */
    void text(String text) {
        out.print(text);
    }

    /** Prints rows in columns; the first is the heading. The last column is as wide as it likes. */
    void table(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < rows.get(0).size() - 1; column++) {
            int at = column;
            widths.add(rows.stream()
                    .mapToInt(row -> oneLine(row.get(at)).length())
                    .max()
                    .orElse(0));
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size() - 1; column++) {
                String cell = oneLine(row.get(column));
                line.append(cell).append(" ".repeat(widths.get(column) - cell.length() + 2));
            }
            line.append(oneLine(row.get(row.size() - 1)));
            out.println(line.toString().stripTrailing());
        }
    }

    /** A value of the tables: it must not begin a line of its own. */
    static String oneLine(String text) {
        return text.replace("\n", "\\u000a");
    }

    /** {@code text}, cut to {@code length}. */
    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 3) + "...";
    }

    /** A count, which may have stopped at a bound. */
    static String count(long count, long bound) {
        return String.format(Locale.ROOT, count >= bound ? "%,d or more" : "%,d", count);
    }
}
