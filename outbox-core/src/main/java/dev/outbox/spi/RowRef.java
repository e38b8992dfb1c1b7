package dev.outbox.spi;

/**
 * One row of the outbox. A store finds it by slot and position and MUST also compare the id: positions may come again after a restore or a failover, and
 * the delete of one message must never remove another.
 *
 * @param slot 0 to 63
 * @param position the order in which the database took the rows; unique over {@code outbox_message} and {@code outbox_parked}
 * @param id the message's id
 */
public record RowRef(int slot, long position, String id) {}
