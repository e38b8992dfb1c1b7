/** The payment gateway: a process of its own with a ledger of its own, as unreliable as the real ones, and the client for it. */
@NullMarked
package dev.outbox.examples.orderpipeline.gateway;

import org.jspecify.annotations.NullMarked;
