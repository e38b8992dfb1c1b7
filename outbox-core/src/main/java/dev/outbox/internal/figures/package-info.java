/** Figures that one thread writes and any may read, in bounded memory. */
@NullMarked
package dev.outbox.internal.figures;

import org.jspecify.annotations.NullMarked;
