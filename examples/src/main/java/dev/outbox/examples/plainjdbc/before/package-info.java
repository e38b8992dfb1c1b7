/** The application as it was: what it promises to send can get lost. */
@NullMarked
package dev.outbox.examples.plainjdbc.before;

import org.jspecify.annotations.NullMarked;
