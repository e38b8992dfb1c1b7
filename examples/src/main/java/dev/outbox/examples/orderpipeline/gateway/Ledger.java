package dev.outbox.examples.orderpipeline.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's book: a file to which lines of JSON are only ever added. What {@link #append} has returned from is on the disk, whatever happens next.
 *
 * <p>One process writes it at a time, by a lock on the file that ends with the process. A last line that a crash has cut short was never answered to
 * anybody, so it is cut off. Thread-safe.
 */
final class Ledger implements AutoCloseable {
    private static final Duration LOCK_BOUND = Duration.ofSeconds(20);
    private static final long LOCK_PAUSE_NANOS = 20_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileChannel file;
    private final Object forcing = new Object();
    private final List<LedgerEntry> found;
    private long written;
    private long forced;

    private Ledger(FileChannel file, List<LedgerEntry> found) throws IOException {
        this.file = file;
        this.found = found;
        this.written = file.position();
        this.forced = written;
    }

    /**
     * Opens the ledger to write, and creates it when it is not there. A gateway that was left behind by a pipeline that was killed ends by itself: its
     * lock is awaited for {@code 20 s}.
     *
     * @throws IOException if another gateway goes on writing it, or the file cannot be used
     */
    static Ledger open(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(file, path);
            long end = Files.size(path) - tornTail(path);
            file.truncate(end).position(end);
            return new Ledger(file, read(path));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * The whole lines of the ledger at {@code path}, in the order of writing; none if there is no such file.
     *
     * @throws IOException if it cannot be read
     */
    static List<LedgerEntry> read(Path path) throws IOException {
        List<LedgerEntry> entries = new ArrayList<>();
        if (!Files.exists(path)) {
            return entries;
        }
        String text = Files.readString(path);
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
            if (!line.isEmpty()) {
                entries.add(JSON.readValue(line, LedgerEntry.class));
            }
        }
        return entries;
    }

    /** What stood in the ledger when it was opened. */
    List<LedgerEntry> found() {
        return found;
    }

    /** Adds a line and returns when it is on the disk. Threads that come at the same time share one trip to the disk. */
    void append(LedgerEntry entry) throws IOException {
        long end = write((JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8));
        synchronized (forcing) {
            if (forced < end) {
                long covered = writtenSoFar();
                file.force(false);
                forced = covered;
            }
        }
    }

    private synchronized long write(byte[] line) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(line);
        try {
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        } catch (IOException full) {
            file.truncate(written).position(written);
            throw full;
        }
        written += line.length;
        return written;
    }

    private synchronized long writtenSoFar() {
        return written;
    }

    private static void lock(FileChannel file, Path path) throws IOException {
        long startNanos = System.nanoTime();
        @Nullable FileLock lock = file.tryLock();
        while (lock == null) {
            if (System.nanoTime() - startNanos > LOCK_BOUND.toNanos()) {
                throw new IOException("another gateway writes " + path + "; stop it first");
            }
            LockSupport.parkNanos(LOCK_PAUSE_NANOS);
            lock = file.tryLock();
        }
    }

    private static int tornTail(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return bytes.length - end;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
