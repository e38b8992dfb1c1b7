package dev.outbox.examples.orderpipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where orders come from.
 *
 * @param place a file; {@code -} for the standard input; empty for the sample
 */
record Input(String place) {
    static final String STANDARD = "-";
    private static final String SAMPLE = "sample-orders.jsonl";

    InputStream open() throws IOException {
        if (place.isEmpty()) {
            return Objects.requireNonNull(Input.class.getResourceAsStream(SAMPLE), SAMPLE);
        }
        return place.equals(STANDARD) ? System.in : Files.newInputStream(Path.of(place));
    }

    String name() {
        return place.isEmpty() ? SAMPLE : place;
    }
}
