package dev.outbox.examples.orderpipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where orders come from.
 *
 * @param place a file; {@code -} for the standard input; empty for the sample; {@code none:} for no orders at all
 */
record Input(String place) {
    static final String STANDARD = "-";
    /** No orders. */
    static final Input NONE = new Input("none:");

    private static final String SAMPLE = "sample-orders.jsonl";

    InputStream open() throws IOException {
        if (place.isEmpty()) {
            return Objects.requireNonNull(Input.class.getResourceAsStream(SAMPLE), SAMPLE);
        }
        if (equals(NONE)) {
            return InputStream.nullInputStream();
        }
        return place.equals(STANDARD) ? System.in : Files.newInputStream(Path.of(place));
    }

    String name() {
        return place.isEmpty() ? SAMPLE : place;
    }
}
