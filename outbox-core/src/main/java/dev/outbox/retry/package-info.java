/**
 * Deciding whether, when and how often to try again: pure functions with the random source passed in.
 *
 * <p>{@link dev.outbox.retry.Backoff} computes a delay, {@link dev.outbox.retry.RetryPolicy} decides between another
 * attempt and giving up, and {@link dev.outbox.retry.Retry} applies a policy to any call. {@link
 * dev.outbox.retry.RetryBudget} and {@link dev.outbox.retry.RateLimit} bound the load that retries and sends may put on
 * a destination. The package depends on nothing else of this library.
 */
@NullMarked
package dev.outbox.retry;

import org.jspecify.annotations.NullMarked;
