package dev.outbox.jdbc;

/** PostgreSQL's {@link SchemaSql}. The script is one transaction. */
final class PostgresSchemaSql implements SchemaSql {
    @Override
    public String version() {
        return """
            SELECT coalesce(max(version), 0) FROM ${prefix}outbox_schema
            """;
    }

    @Override
    public String lock() {
        return """
            SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('${prefix}outbox_schema', 0))
            """;
    }
}
