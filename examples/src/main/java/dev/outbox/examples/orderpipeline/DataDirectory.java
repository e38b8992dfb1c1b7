package dev.outbox.examples.orderpipeline;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one shop, held by one process at a time: the lock ends with the process, however that ends.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LEDGER_PREFIX = "gateway-ledger-";

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** @throws IOException if it cannot be used, or another process has it */
    static DataDirectory open(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel file = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock(file) == null) {
                throw new IOException("another order pipeline is at work in " + path + "; stop it first");
            }
            return new DataDirectory(path, file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    /** The ledger of the gateway that serves this shop, and no other: each fresh start has its own. */
    Path ledger(Premises premises) {
        return path.resolve(LEDGER_PREFIX + premises.installation() + ".jsonl");
    }

    /** Deletes the ledgers of shops that have been dropped. */
    void forgetOldLedgers(Premises premises) throws IOException {
        List<Path> ledgers;
        try (Stream<Path> files = Files.list(path)) {
            ledgers = files.filter(file -> file.getFileName().toString().startsWith(LEDGER_PREFIX))
                    .filter(file -> !file.equals(ledger(premises)))
                    .toList();
        }
        for (Path old : ledgers) {
            Files.delete(old);
        }
    }

    /** Where a person may put texts of notifications in further languages. */
    Path templates() {
        return path.resolve("templates");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
