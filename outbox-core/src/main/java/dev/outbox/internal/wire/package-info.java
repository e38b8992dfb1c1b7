/** What transports of different brokers have in common: messages as CloudEvents, and whatever strangers sent as messages. Not API: anything here may change. */
@NullMarked
package dev.outbox.internal.wire;

import org.jspecify.annotations.NullMarked;
