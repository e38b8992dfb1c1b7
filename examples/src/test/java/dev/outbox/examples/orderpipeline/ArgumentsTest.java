package dev.outbox.examples.orderpipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            walk                                  | unknown command 'walk'
            run fast                              | 'fast' makes no sense after run
            --speed 7                             | unknown option --speed
            --input                               | --input needs a value
            --input a --input b                   | --input is given twice
            --user me                             | --user and --password go with --jdbc-url
            --jdbc-url jdbc:mysql://here/x        | --jdbc-url must begin with one of [jdbc:h2:, jdbc:sqlite:, jdbc:postgresql:, jdbc:mariadb:]
            --database oracle                     | --database must be one of [h2, sqlite, postgresql, mariadb], not 'oracle'
            --database h2 --jdbc-url jdbc:h2:mem:x | --jdbc-url says which database it is: leave out --database
            audit --database mariadb              | audit with --database mariadb needs --jdbc-url
            --transport redis --database sqlite   | with --transport each service is a process: the database must be PostgreSQL
            --faults timeout=2                    | timeout=2.0 must be a share from 0 to 1
            --faults rain=0.5                     | 'rain=0.5' is none of
            --transport pigeon                    | --transport must be in-process or one of [kafka, rabbitmq, redis
            --broker localhost:9092               | --broker goes with --transport
            audit --transport kafka               | audit with --transport needs --jdbc-url
            --transport kafka --jdbc-url jdbc:h2:mem:x | with --transport each service is a process: the database must be PostgreSQL
            --transport kafka --jdbc-url jdbc:postgresql://here/x | --jdbc-url with --transport needs --broker, or --fresh
            --transport kafka --input -           | with --transport a process of its own reads the input
            dead-letters list --service pigeon    | there is no service 'pigeon'
            --fault-seed soon                     | --fault-seed must be a whole number
            --progress-millis 1                   | --progress-millis must be a whole number from 5 to 60000, not '1'
            audit --fresh                         | --fresh goes with run
            sample --orders 0                     | --orders must be a whole number from 1 to 10000000, not '0'
            dead-letters bury                     | dead-letters does not know 'bury'
            dead-letters show                     | dead-letters show needs the number of one
            dead-letters show first               | the number of a dead letter must be a whole number
            dead-letters redrive                  | needs the number of one, or --all
            dead-letters redrive 1 --all          | needs the number of one, or --all
            dead-letters discard --all            | --all goes with dead-letters redrive
            dead-letters list 1                   | too many arguments after dead-letters list
            """)
    void whatMakesNoSenseIsSaidAndNothingIsDone(String line, String error) {
        Path data = directory.resolve("data");
        String[] typed =
                (line + (line.startsWith("--input") && line.length() < 10 ? "" : " --data " + data)).split(" ");
        if (line.equals("--input")) {
            typed = new String[] {"--data", data.toString(), "--input"};
        }

        PrintStream console = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            code = OrderPipeline.run(
                    typed, Map.of(), new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);
        } finally {
            System.setErr(console);
        }

        assertThat(said.toString(StandardCharsets.UTF_8)).contains(error).contains("usage:");
        assertThat(code).isEqualTo(2);
        assertThat(Files.exists(data)).as("the data directory").isFalse();
    }

    @Test
    void aUrlIsShownWithoutWhatItMayHide() {
        assertThat(new DatabaseAddress("jdbc:postgresql://h/db?user=me&password=secret", "", ""))
                .hasToString("jdbc:postgresql://h/db");
        assertThat(DatabaseKind.H2.file(Path.of("d")).toString()).endsWith("/d/shop");
    }
}
