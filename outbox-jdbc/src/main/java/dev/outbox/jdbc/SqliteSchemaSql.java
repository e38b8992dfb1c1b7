package dev.outbox.jdbc;

/**
 * SQLite's {@link SchemaSql}. Definitions are part of a transaction, of which one writes at a time. What SQLite's tables do not tell is looked for in the
 * text that made them.
 */
final class SqliteSchemaSql implements SchemaSql {
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
            WITH ours AS (
                SELECT name, SUBSTR(LOWER(name), LENGTH('${local}') + 1) AS short, UPPER(sql) AS sql
                FROM sqlite_master
                WHERE type = 'table'
                  AND (SUBSTR(LOWER(name), 1, LENGTH('${local}outbox_')) = '${local}outbox_'
                    OR SUBSTR(LOWER(name), 1, LENGTH('${local}inbox_')) = '${local}inbox_'))
            SELECT 'table', short, '', '' FROM ours
            UNION ALL
            SELECT 'column', t.short, LOWER(c.name),
                UPPER(c.type)
                || CASE WHEN c."notnull" THEN ' NOT NULL' ELSE '' END
                || CASE WHEN c.pk AND UPPER(c.type) = 'INTEGER' AND t.sql LIKE '%AUTOINCREMENT%' THEN ' IDENTITY' ELSE '' END
                || CASE WHEN c.dflt_value IS NOT NULL THEN ' DEFAULT' ELSE '' END
            FROM ours AS t, pragma_table_xinfo(t.name) AS c
            UNION ALL
            SELECT 'index', t.short,
                CASE WHEN i.origin = 'pk' THEN 'PRIMARY KEY ' WHEN i."unique" THEN 'UNIQUE ' ELSE '' END
                || CASE WHEN i.origin = 'c' THEN SUBSTR(LOWER(i.name), LENGTH('${local}') + 1) || ' ' ELSE '' END
                || '(' || (
                    SELECT GROUP_CONCAT(x.part, ', ')
                    FROM (
                        SELECT LOWER(x.name) || CASE WHEN x.coll = 'BINARY' THEN '' ELSE ' COLLATE ' || x.coll END AS part
                        FROM pragma_index_xinfo(i.name) AS x
                        WHERE x.key
                        ORDER BY x.seqno) AS x) || ')', ''
            FROM ours AS t, pragma_index_list(t.name) AS i
            UNION ALL
            SELECT 'index', t.short, 'PRIMARY KEY (' || LOWER(c.name) || ')', ''
            FROM ours AS t, pragma_table_xinfo(t.name) AS c
            WHERE c.pk AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) AS i WHERE i.origin = 'pk')
            UNION ALL
            SELECT 'constraint', t.short, 'CHECK', '' FROM ours AS t WHERE t.sql LIKE '%CHECK%(%'
            UNION ALL
            SELECT 'constraint', t.short, 'FOREIGN KEY ' || LOWER(f."from"), ''
            FROM ours AS t, pragma_foreign_key_list(t.name) AS f
            UNION ALL
            SELECT 'rule', t.short, 'texts are compared byte by byte, without COLLATE', '' FROM ours AS t WHERE t.sql NOT LIKE '%COLLATE%'
            """;
    }
}
