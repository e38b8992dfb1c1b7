package dev.outbox.jdbc;

import dev.outbox.Message;
import java.util.List;

/** Decides whether messages may be published now. May block; throws to refuse. */
@FunctionalInterface
interface Admission {
    /** Admits everything. */
    Admission ALL = messages -> {};

    void admit(List<Message> messages);
}
