/** Tells customers how their orders ended. */
@NullMarked
package dev.outbox.examples.orderpipeline.notification;

import org.jspecify.annotations.NullMarked;
