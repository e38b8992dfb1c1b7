/**
 * The outbox, the inbox and what consumers could not handle, in the tables of a relational database. {@link dev.outbox.jdbc.JdbcOutbox} and {@link
 * dev.outbox.jdbc.JdbcInbox} are the front doors; {@link dev.outbox.jdbc.Schema} makes and checks the tables.
 */
@NullMarked
package dev.outbox.jdbc;

import org.jspecify.annotations.NullMarked;
