package dev.outbox.testkit;

/**
 * The contract of {@link dev.outbox.spi.OutboxStore}. A store's test extends this class and says how to reach its tables; the names of the tests carry the
 * numbers of the guarantees. After each test every message that was published must be in exactly one place.
 *
 * <pre>{@code
 * class MyStoreTest extends OutboxStoreContract {
 *     private final MyStore store = ...;   // over empty tables: JUnit makes an object for each test
 *
 *     @Override protected OutboxStore store() { return store; }
 *     @Override protected PublishingTransaction begin() { ... }
 *     @Override protected void passTime(Duration time) { ... }
 * }
 * }</pre>
 */
public abstract class OutboxStoreContract extends SettleContract {}
