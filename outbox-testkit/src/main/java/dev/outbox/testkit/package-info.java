/**
 * What tests of an application, of a store and of a transport need: a store and a transport in memory, a clock that is moved by hand, contract suites for the
 * interfaces of {@link dev.outbox.spi}, and a checker that holds the history of a run against the guarantees G1 to G10.
 */
@NullMarked
package dev.outbox.testkit;

import org.jspecify.annotations.NullMarked;
