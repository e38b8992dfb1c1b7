/** The command line tool for any application's outbox. */
@NullMarked
package dev.outbox.tool;

import org.jspecify.annotations.NullMarked;
