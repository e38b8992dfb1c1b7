package dev.outbox.spi;

/**
 * What of a consumer stands in {@code inbox_parked}. Counting stops at a bound, so that a look costs the same with a thousand and with a million rows.
 *
 * @param parked rows
 * @param keys different destinations and keys of the counted rows: keys that are held back
 * @param bound where counting stopped: {@code parked} equal to it means at least so many
 */
public record Backlog(long parked, long keys, long bound) {}
