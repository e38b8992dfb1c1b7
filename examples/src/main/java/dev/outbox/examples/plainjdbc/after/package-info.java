/** The application with an outbox. */
@NullMarked
package dev.outbox.examples.plainjdbc.after;

import org.jspecify.annotations.NullMarked;
