/** What a publisher is told when the outbox is full: {@link dev.outbox.publish.PendingLimit}. */
@NullMarked
package dev.outbox.publish;

import org.jspecify.annotations.NullMarked;
