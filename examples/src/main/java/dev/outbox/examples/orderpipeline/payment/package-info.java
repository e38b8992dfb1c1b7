/** Takes money and gives it back, once. */
@NullMarked
package dev.outbox.examples.orderpipeline.payment;

import org.jspecify.annotations.NullMarked;
