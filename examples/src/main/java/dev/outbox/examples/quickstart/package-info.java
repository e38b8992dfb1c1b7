/** The README's quick start. */
@NullMarked
package dev.outbox.examples.quickstart;

import org.jspecify.annotations.NullMarked;
