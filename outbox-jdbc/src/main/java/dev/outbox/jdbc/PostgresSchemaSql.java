package dev.outbox.jdbc;

/** PostgreSQL's {@link SchemaSql}. A script is one transaction. */
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

    /** The column xid has to stand before the column position, or a row has its position before its transaction has an id; then a relay may pass over it. */
    @Override
    public String catalogue() {
        return """
            WITH t AS MATERIALIZED (
                SELECT c.oid, substr(c.relname, length('${local}') + 1) AS name
                FROM pg_class AS c
                WHERE (c.relname LIKE '${local}outbox\\_%' OR c.relname LIKE '${local}inbox\\_%')
                  AND c.relkind IN ('r', 'p')
                  AND c.oid = to_regclass('${prefix}' || substr(c.relname, length('${local}') + 1))
            )
            SELECT 'table', t.name, '', ''
            FROM t
            UNION ALL
            SELECT 'column', t.name, a.attname,
                format_type(a.atttypid, a.atttypmod)
                || CASE WHEN a.attcollation <> 0 THEN coalesce(' COLLATE ' || l.collname, '') ELSE '' END
                || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                || CASE a.attidentity WHEN 'a' THEN ' IDENTITY ALWAYS' WHEN 'd' THEN ' IDENTITY BY DEFAULT' ELSE '' END
                || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
            FROM t
            JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
            LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            UNION ALL
            SELECT 'index', t.name,
                CASE WHEN i.indisprimary THEN 'PRIMARY KEY ' WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END
                || replace(substring(pg_get_indexdef(i.indexrelid) FROM ' USING (.*)$'), '"', ''), ''
            FROM t
            JOIN pg_index AS i ON i.indrelid = t.oid AND i.indisvalid
            UNION ALL
            SELECT 'constraint', t.name, pg_get_constraintdef(c.oid), ''
            FROM t
            JOIN pg_constraint AS c ON c.conrelid = t.oid AND c.contype IN ('c', 'f', 'x')
            UNION ALL
            SELECT 'rule', t.name, 'the column xid stands before the column position', ''
            FROM t
            JOIN pg_attribute AS x ON x.attrelid = t.oid AND x.attname = 'xid'
            JOIN pg_attribute AS p ON p.attrelid = t.oid AND p.attname = 'position' AND p.attnum > x.attnum
            WHERE t.name = 'outbox_message'
            UNION ALL
            SELECT 'rule', t.name, 'the sequence of the column position has CACHE 1', ''
            FROM t
            JOIN pg_depend AS d ON d.refobjid = t.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
            JOIN pg_sequence AS s ON s.seqrelid = d.objid AND d.classid = 'pg_class'::regclass AND s.seqcache = 1
            WHERE t.name = 'outbox_message'
            """;
    }
}
