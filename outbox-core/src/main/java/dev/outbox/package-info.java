/**
 * The values that travel: {@link dev.outbox.Message} and its parts, their limits, and the codec for typed payloads.
 *
 * <p>Nothing here does I/O or holds a thread. All values are immutable.
 */
@NullMarked
package dev.outbox;

import org.jspecify.annotations.NullMarked;
