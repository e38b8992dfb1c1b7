package dev.outbox.examples.orderpipeline;

import java.util.Arrays;
import java.util.Locale;

/** The services. Each has tables of its own; where they are processes, they are in a schema of its own, and no other service reads them. */
public enum Service {
    /** Takes orders, and decides how they end. */
    ORDERS,
    /** Takes money and gives it back. */
    PAYMENT,
    /** Reserves what was paid for. */
    INVENTORY,
    /** Writes to customers. */
    NOTIFICATION,
    /** Keeps what happened. */
    ANALYTICS;

    /** The schema of its tables where it is a process of its own. */
    String schema() {
        return "order_pipeline_" + lowerCase();
    }

    /** Its name for people, and of the resource of its tables. */
    String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws UsageException if there is none of this name */
    static Service named(String name) {
        return Arrays.stream(values())
                .filter(service -> service.lowerCase().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("there is no service '" + name + "', but "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(Service::lowerCase).toList())));
    }
}
