/**
 * The machinery that brings messages to handlers, whether a relay of this process hands them over or a source delivers them: lanes by key, bounds, claims of
 * what was parked, attempts and dead letters. Not API: anything here may change.
 */
@NullMarked
package dev.outbox.internal.delivery;

import org.jspecify.annotations.NullMarked;
