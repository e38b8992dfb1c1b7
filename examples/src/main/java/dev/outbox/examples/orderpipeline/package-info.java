/** A shop whose orders go through payment, inventory, notification and analytics by events, and that may be killed at any moment. Starts at {@link dev.outbox.examples.orderpipeline.OrderPipeline}. */
@NullMarked
package dev.outbox.examples.orderpipeline;

import org.jspecify.annotations.NullMarked;
