/** What transports of different brokers have in common: where messages wait that the broker's client does not take at present. Not API: anything here may change. */
@NullMarked
package dev.outbox.internal.sending;

import org.jspecify.annotations.NullMarked;
