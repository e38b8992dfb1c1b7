/** An application of plain JDBC that gains an outbox: compare {@code before} and {@code after}. */
@NullMarked
package dev.outbox.examples.plainjdbc;

import org.jspecify.annotations.NullMarked;
