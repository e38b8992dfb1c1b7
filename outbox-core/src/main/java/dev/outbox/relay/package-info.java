/**
 * The relay: takes committed messages out of the outbox and brings them to their destinations, each key in order, until they are confirmed or given up.
 *
 * <p>{@link dev.outbox.relay.Relay} is the front door. Behind it one single-threaded engine, {@code RelayEngine.step}, does all the work under a clock that is
 * passed in; a thread calls it in production and a seeded simulation calls it in the tests.
 */
@NullMarked
package dev.outbox.relay;

import org.jspecify.annotations.NullMarked;
