package dev.outbox.jdbc;

/** MySQL's {@link SchemaSql}. Each definition commits at once; the scripts can be run again from any point. Of several instances that make the same index at a time one succeeds, and the others run the script again. */
final class MysqlSchemaSql implements SchemaSql {
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
            FROM information_schema.tables AS t
            WHERE t.table_schema = COALESCE(NULLIF('${schema}', ''), DATABASE())
              AND (LEFT(t.table_name, CHAR_LENGTH('${local}outbox_')) = '${local}outbox_'
                OR LEFT(t.table_name, CHAR_LENGTH('${local}inbox_')) = '${local}inbox_')
            UNION ALL
            SELECT 'column', SUBSTRING(LOWER(c.table_name), CHAR_LENGTH('${local}') + 1), LOWER(c.column_name),
                CONCAT(c.column_type,
                    COALESCE(CONCAT(' COLLATE ', c.collation_name), ''),
                    CASE WHEN c.is_nullable = 'NO' THEN ' NOT NULL' ELSE '' END,
                    CASE
                        WHEN c.column_default IS NULL OR c.column_default = 'NULL' THEN ''
                        ELSE CONCAT(' DEFAULT ', c.column_default)
                    END,
                    CASE WHEN c.extra LIKE '%auto_increment%' THEN ' IDENTITY' ELSE '' END)
            FROM information_schema.columns AS c
            WHERE c.table_schema = COALESCE(NULLIF('${schema}', ''), DATABASE())
              AND (LEFT(c.table_name, CHAR_LENGTH('${local}outbox_')) = '${local}outbox_'
                OR LEFT(c.table_name, CHAR_LENGTH('${local}inbox_')) = '${local}inbox_')
            UNION ALL
            SELECT 'index', SUBSTRING(LOWER(i.table_name), CHAR_LENGTH('${local}') + 1),
                CONCAT(
                    CASE WHEN i.index_name = 'PRIMARY' THEN 'PRIMARY KEY ' WHEN i.non_unique = 0 THEN 'UNIQUE ' ELSE '' END,
                    CASE WHEN i.index_name = 'PRIMARY' THEN '' ELSE CONCAT(LOWER(i.index_name), ' ') END,
                    '(', GROUP_CONCAT(LOWER(i.column_name) ORDER BY i.seq_in_index SEPARATOR ', '), ')'), ''
            FROM information_schema.statistics AS i
            WHERE i.table_schema = COALESCE(NULLIF('${schema}', ''), DATABASE())
              AND (LEFT(i.table_name, CHAR_LENGTH('${local}outbox_')) = '${local}outbox_'
                OR LEFT(i.table_name, CHAR_LENGTH('${local}inbox_')) = '${local}inbox_')
            GROUP BY i.table_name, i.index_name, i.non_unique
            UNION ALL
            SELECT 'constraint', SUBSTRING(LOWER(k.table_name), CHAR_LENGTH('${local}') + 1),
                CONCAT(k.constraint_type, ' ', k.constraint_name), ''
            FROM information_schema.table_constraints AS k
            WHERE k.table_schema = COALESCE(NULLIF('${schema}', ''), DATABASE())
              AND (LEFT(k.table_name, CHAR_LENGTH('${local}outbox_')) = '${local}outbox_'
                OR LEFT(k.table_name, CHAR_LENGTH('${local}inbox_')) = '${local}inbox_')
              AND k.constraint_type IN ('CHECK', 'FOREIGN KEY')
            UNION ALL
            SELECT 'rule', SUBSTRING(LOWER(t.table_name), CHAR_LENGTH('${local}') + 1), 'the engine of the table is InnoDB', ''
            FROM information_schema.tables AS t
            WHERE t.table_schema = COALESCE(NULLIF('${schema}', ''), DATABASE()) AND t.engine = 'InnoDB'
              AND (LEFT(t.table_name, CHAR_LENGTH('${local}outbox_')) = '${local}outbox_'
                OR LEFT(t.table_name, CHAR_LENGTH('${local}inbox_')) = '${local}inbox_')
            """;
    }
}
