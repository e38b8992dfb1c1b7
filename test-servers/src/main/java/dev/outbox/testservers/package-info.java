/**
 * Real servers for this project's own integration and fault tests, with the tools that break them: child JVMs that can be
 * killed and a TCP proxy that misbehaves on command. Not published.
 *
 * <p>Whatever is started here is gone when the JVM is gone, however it ended: see {@code GuardedDirectory}. The
 * processes need a POSIX system.
 */
@NullMarked
package dev.outbox.testservers;

import org.jspecify.annotations.NullMarked;
