package dev.outbox.jdbc;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MySQL and MariaDB: what they call the same thing.
 *
 * <p>Names, keys and ids are compared byte by byte, without padding: {@code a}, {@code A} and {@code a } are three keys.
 */
enum MysqlFlavor {
    /** 8.0.20 and newer: JSON_TABLE takes collations. */
    MYSQL("mysql", "MySQL", "utf8mb4_0900_bin", "transaction_isolation", "8.0.20"),
    /** 10.6 and newer: JSON_TABLE and SKIP LOCKED. */
    MARIADB("mariadb", "MariaDB", "utf8mb4_nopad_bin", "tx_isolation", "10.6.0");

    /** MariaDB's own version stands behind one for old clients: 5.5.5-10.11.19-MariaDB-log. */
    private static final Pattern MARIADB_VERSION =
            Pattern.compile("(\\d+)\\.(\\d+)\\.?(\\d+)?-MariaDB", Pattern.CASE_INSENSITIVE);

    private static final Pattern MYSQL_VERSION = Pattern.compile("^(\\d+)\\.(\\d+)\\.?(\\d+)?");

    private final String folder;
    private final String label;
    private final String collation;
    private final String isolationVariable;
    private final String oldest;

    MysqlFlavor(String folder, String label, String collation, String isolationVariable, String oldest) {
        this.folder = folder;
        this.label = label;
        this.collation = collation;
        this.isolationVariable = isolationVariable;
        this.oldest = oldest;
    }

    String folder() {
        return folder;
    }

    /** {@code text} with what differs filled in: the collation, and the variable of the isolation level. */
    String fill(String text) {
        return text.replace("${collation}", collation).replace("${isolation}", isolationVariable);
    }

    /**
     * Which of the two says {@code version} of itself. A driver of the one may be connected to the other.
     *
     * @throws IllegalStateException if it is too old
     */
    static MysqlFlavor of(String product, String version) {
        Matcher mariaDb = MARIADB_VERSION.matcher(version);
        if (mariaDb.find()) {
            return MARIADB.atLeastOldest(mariaDb, version);
        }
        Matcher numbers = MYSQL_VERSION.matcher(version);
        if (!numbers.find()) {
            throw new IllegalStateException(product + " of unknown version '" + version + "'");
        }
        MysqlFlavor flavor = product.equals("MariaDB") ? MARIADB : MYSQL;
        return flavor.atLeastOldest(numbers, version);
    }

    private MysqlFlavor atLeastOldest(Matcher found, String version) {
        Matcher needed = MYSQL_VERSION.matcher(oldest);
        if (!needed.find() || Arrays.compare(numbers(found), numbers(needed)) < 0) {
            throw new IllegalStateException(
                    label + " of version '" + version + "' is too old; " + oldest + " and newer are supported");
        }
        return this;
    }

    private static int[] numbers(Matcher version) {
        int[] numbers = new int[3];
        for (int i = 0; i < numbers.length; i++) {
            String digits = version.group(i + 1);
            numbers[i] = digits == null ? 0 : Integer.parseInt(digits);
        }
        return numbers;
    }
}
