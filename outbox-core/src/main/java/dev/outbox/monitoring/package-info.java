/** Consumers and relays as JMX beans: {@link dev.outbox.monitoring.Monitoring}. Nothing else needs the module java.management. */
@NullMarked
package dev.outbox.monitoring;

import org.jspecify.annotations.NullMarked;
