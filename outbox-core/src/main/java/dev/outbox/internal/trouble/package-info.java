/** How what stands in the way is told to people. Not API: anything here may change. */
@NullMarked
package dev.outbox.internal.trouble;

import org.jspecify.annotations.NullMarked;
