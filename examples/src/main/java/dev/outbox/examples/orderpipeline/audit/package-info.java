/** Holds the books, the gateway's ledger and the log of events against one another. */
@NullMarked
package dev.outbox.examples.orderpipeline.audit;

import org.jspecify.annotations.NullMarked;
