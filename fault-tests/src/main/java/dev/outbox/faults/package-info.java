/** Programs that the fault tests run as processes of their own. */
@NullMarked
package dev.outbox.faults;

import org.jspecify.annotations.NullMarked;
