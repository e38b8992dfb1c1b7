package dev.outbox.faults.pipeline;

import java.util.Locale;

/** The databases that outbox, inbox and effects are in. */
enum DatabaseKind {
    POSTGRESQL("bigint GENERATED ALWAYS AS IDENTITY", "text", "timestamptz NOT NULL DEFAULT clock_timestamp()") {
        @Override
        RunningDatabase start() {
            return new PostgresDatabase();
        }

        @Override
        String timeouts() {
            return "connectTimeout=3&socketTimeout=" + ANSWER_SECONDS;
        }
    },
    MARIADB(
            "bigint AUTO_INCREMENT",
            "varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
            "timestamp(6) NOT NULL DEFAULT current_timestamp(6)") {
        @Override
        RunningDatabase start() {
            return new MariaDatabase();
        }

        @Override
        String timeouts() {
            return "connectTimeout=3000&socketTimeout=" + ANSWER_SECONDS * 1_000;
        }
    };

    /** How long clients wait for an answer. */
    static final int ANSWER_SECONDS = 8;

    private static final String TABLES = """
            CREATE TABLE published (
                message_key {text} NOT NULL, sequence bigint NOT NULL, hash {text} NOT NULL, message_id {text} NOT NULL, type {text} NOT NULL,
                number {numbered} UNIQUE, PRIMARY KEY (message_key, sequence));
            CREATE TABLE effect (
                number {numbered} PRIMARY KEY, instance {text} NOT NULL,
                consumer {text} NOT NULL, message_key {text} NOT NULL, sequence bigint NOT NULL, hash {text} NOT NULL, message_id {text} NOT NULL,
                at {now});
            CREATE INDEX effect_message ON effect (message_id);
            CREATE TABLE attempt (
                number {numbered} PRIMARY KEY,
                message_id {text} NOT NULL, instance {text} NOT NULL, at {now});
            CREATE TABLE mended (id int PRIMARY KEY);
            CREATE TABLE held (message_key {text} PRIMARY KEY)
            """;

    private final String numbered;
    private final String text;
    private final String now;

    DatabaseKind(String numbered, String text, String now) {
        this.numbered = numbered;
        this.text = text;
        this.now = now;
    }

    /** Starts a server of the run's own. */
    abstract RunningDatabase start();

    /** The parameters of a URL for clients that give up on a server that does not answer. */
    abstract String timeouts();

    /** The statements, with semicolons between them, that create the tables of {@link Books}. */
    String tables() {
        return TABLES.replace("{numbered}", numbered).replace("{text}", text).replace("{now}", now);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
