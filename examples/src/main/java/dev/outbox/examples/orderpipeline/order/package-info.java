/** Orders: how they are read, checked, priced and placed, and how they end. */
@NullMarked
package dev.outbox.examples.orderpipeline.order;

import org.jspecify.annotations.NullMarked;
