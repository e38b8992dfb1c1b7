package dev.outbox.testservers;

import java.util.UUID;

/** The user and the password of a server. The password is left out of the text form. */
record Credentials(String user, String password) {

    /** Credentials for a private server: other users of this machine can reach its port too. */
    static Credentials random() {
        return new Credentials("outbox", UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return "Credentials[user=" + user + "]";
    }
}
