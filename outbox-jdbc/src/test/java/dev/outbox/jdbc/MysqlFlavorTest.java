package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MysqlFlavorTest {
    @ParameterizedTest
    @CsvSource({
        "MySQL, 8.0.20, MYSQL",
        "MySQL, 8.4.3-commercial, MYSQL",
        "MySQL, 9.7.0, MYSQL",
        "MariaDB, 10.6.0-MariaDB, MARIADB",
        "MariaDB, 10.11.19-MariaDB-0+deb12u1, MARIADB",
        "MariaDB, 12.0, MARIADB",
        "MySQL, 5.5.5-10.11.19-MariaDB-log, MARIADB"
    })
    void theDatabaseIsToldByItsVersionWhateverDriverAsks(String product, String version, MysqlFlavor flavor) {
        assertThat(MysqlFlavor.of(product, version)).isEqualTo(flavor);
    }

    @ParameterizedTest
    @CsvSource({
        "MySQL, 5.7.44, 8.0.20",
        "MySQL, 8.0.11-TiDB-v7.5.0, 8.0.20",
        "MySQL, 8.0.19, 8.0.20",
        "MariaDB, 10.5.29-MariaDB, 10.6.0",
        "MySQL, 5.5.5-10.3.1-MariaDB, 10.6.0"
    })
    void whatIsTooOldIsRefusedWithWhatIsSupported(String product, String version, String oldest) {
        assertThatThrownBy(() -> MysqlFlavor.of(product, version))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(version)
                .hasMessageContaining(oldest);
    }

    @Test
    void aVersionThatIsNoneIsRefused() {
        assertThatThrownBy(() -> MysqlFlavor.of("MySQL", "unknown")).isInstanceOf(IllegalStateException.class);
    }
}
