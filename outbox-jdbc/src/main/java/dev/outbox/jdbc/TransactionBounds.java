package dev.outbox.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** How a transaction of ours is taken out of auto-commit mode and ended, around the statements with which a {@link Dialect} begins it. */
interface TransactionBounds {
    /** By the methods of the connection. */
    TransactionBounds OF_CONNECTION = new TransactionBounds() {
        @Override
        public void leaveAutoCommit(Connection connection) throws SQLException {
            connection.setAutoCommit(false);
        }

        @Override
        public void commit(Connection connection) throws SQLException {
            connection.commit();
        }

        @Override
        public void rollback(Connection connection) throws SQLException {
            connection.rollback();
        }

        @Override
        public void enterAutoCommit(Connection connection) throws SQLException {
            connection.setAutoCommit(true);
        }
    };

    void leaveAutoCommit(Connection connection) throws SQLException;

    void commit(Connection connection) throws SQLException;

    void rollback(Connection connection) throws SQLException;

    void enterAutoCommit(Connection connection) throws SQLException;
}
