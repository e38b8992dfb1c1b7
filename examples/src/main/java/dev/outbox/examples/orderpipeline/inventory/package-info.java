/** Reserves what was paid for, if it is there. */
@NullMarked
package dev.outbox.examples.orderpipeline.inventory;

import org.jspecify.annotations.NullMarked;
