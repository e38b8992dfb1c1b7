package dev.outbox.internal.delivery;

import dev.outbox.spi.FailureText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something outside of the engine that fails or works. Told once for each change. Written by the engine's thread, read by any. */
final class Trouble {
    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

    private final String what;
    private final Reports reports;
    private volatile @Nullable String error;

    /** @param what its name in the log */
    Trouble(String what, Reports reports) {
        this.what = what;
        this.reports = reports;
    }

    void failed(RuntimeException failure) {
        if (error == null) {
            String text = what + " failed; what was tried is tried again: " + FailureText.of(failure);
            error = text;
            LOG.warn("{}", text);
            reports.storeFailed(text);
        }
    }

    void works() {
        if (error != null) {
            error = null;
            LOG.info("{} works again", what);
            reports.storeWorks();
        }
    }

    /** What it said when it began to fail; null while it works. */
    @Nullable
    String error() {
        return error;
    }
}
