/** Keeps what happened, and the figures made from it. */
@NullMarked
package dev.outbox.examples.orderpipeline.analytics;

import org.jspecify.annotations.NullMarked;
