package dev.outbox.jdbc;

/** H2's {@link SchemaSql}. H2 commits each definition at once; the script can be run again from any point. */
final class H2SchemaSql implements SchemaSql {
    @Override
    public String version() {
        return """
            SELECT COALESCE(MAX(version), 0) FROM ${prefix}outbox_schema
            """;
    }

    @Override
    public String lock() {
        return """
            SELECT 1
            """;
    }
}
