package dev.outbox.jdbc;

/** H2's {@link SchemaSql}. H2 commits each definition at once; a script can be run again from any point. */
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

    @Override
    public String catalogue() {
        return """
            SELECT 'table', SUBSTRING(LOWER(t.table_name), CHAR_LENGTH('${local}') + 1), '', ''
            FROM information_schema.tables t
            WHERE LOWER(t.table_schema) = COALESCE(NULLIF('${schema}', ''), LOWER(CURRENT_SCHEMA))
              AND (LOWER(t.table_name) LIKE '${local}outbox\\_%' OR LOWER(t.table_name) LIKE '${local}inbox\\_%')
              AND t.table_type = 'BASE TABLE'
            UNION ALL
            SELECT 'column', SUBSTRING(LOWER(c.table_name), CHAR_LENGTH('${local}') + 1), LOWER(c.column_name),
                c.data_type
                || COALESCE('(' || CASE
                    WHEN c.data_type LIKE '%VARYING' THEN c.character_maximum_length
                    ELSE c.datetime_precision END || ')', '')
                || CASE c.is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
                || CASE c.is_identity WHEN 'YES' THEN ' IDENTITY ' || c.identity_generation ELSE '' END
                || CASE WHEN c.column_default IS NOT NULL THEN ' DEFAULT' ELSE '' END
            FROM information_schema.columns c
            WHERE LOWER(c.table_schema) = COALESCE(NULLIF('${schema}', ''), LOWER(CURRENT_SCHEMA))
              AND (LOWER(c.table_name) LIKE '${local}outbox\\_%' OR LOWER(c.table_name) LIKE '${local}inbox\\_%')
            UNION ALL
            SELECT 'index', SUBSTRING(LOWER(i.table_name), CHAR_LENGTH('${local}') + 1),
                CASE WHEN i.index_type_name = 'PRIMARY KEY' THEN 'PRIMARY KEY '
                    WHEN i.index_type_name LIKE 'UNIQUE%' THEN 'UNIQUE ' ELSE '' END
                || '(' || (
                    SELECT LISTAGG(LOWER(x.column_name), ', ') WITHIN GROUP (ORDER BY x.ordinal_position)
                    FROM information_schema.index_columns x
                    WHERE x.index_schema = i.index_schema AND x.index_name = i.index_name) || ')', ''
            FROM information_schema.indexes i
            WHERE LOWER(i.table_schema) = COALESCE(NULLIF('${schema}', ''), LOWER(CURRENT_SCHEMA))
              AND (LOWER(i.table_name) LIKE '${local}outbox\\_%' OR LOWER(i.table_name) LIKE '${local}inbox\\_%')
            UNION ALL
            SELECT 'constraint', SUBSTRING(LOWER(k.table_name), CHAR_LENGTH('${local}') + 1),
                k.constraint_type || ' ' || k.constraint_name, ''
            FROM information_schema.table_constraints k
            WHERE LOWER(k.table_schema) = COALESCE(NULLIF('${schema}', ''), LOWER(CURRENT_SCHEMA))
              AND (LOWER(k.table_name) LIKE '${local}outbox\\_%' OR LOWER(k.table_name) LIKE '${local}inbox\\_%')
              AND k.constraint_type IN ('CHECK', 'FOREIGN KEY')
            """;
    }
}
