package org.dmafence.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One input read by a thread, in a directory that has nothing but the input in it. Belongs to that thread. */
final class Trial {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Subject subject;
    private final Path directory;
    private final Path file;
    private final StrayErrors stray;

    Trial(Subject subject, Path directory, StrayErrors stray) {
        this.subject = subject;
        this.directory = directory;
        this.stray = stray;
        file = directory.resolve(subject.fileName());
    }

    /**
     * What came of an input.
     *
     * @param code the exit code
     * @param out standard output
     * @param err standard error
     * @param thrown what the entry did not make an exit code of
     * @param stray what went to the process's own standard error past the command
     * @param left what lies beside the input afterwards
     * @param bytes allocated by the thread
     */
    record Outcome(
            int code,
            String out,
            String err,
            @Nullable Throwable thrown,
            String stray,
            List<String> left,
            long tookNs,
            long bytes) {}

    /** Reads an input; what it leaves is taken away. */
    Outcome run(byte[] input) throws IOException {
        Files.write(file, input);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Throwable thrown = null;
        int code = -1;
        stray.taken();
        long beganNs = System.nanoTime();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            PrintWriter standard = new PrintWriter(out);
            PrintWriter error = new PrintWriter(err);
            code = subject.entry().read(file, standard, error);
            standard.flush();
            error.flush();
        } catch (Throwable e) { // an error of the virtual machine is a finding as well
            thrown = e;
        }
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        long tookNs = System.nanoTime() - beganNs;
        return new Outcome(code, out.toString(), err.toString(), thrown, stray.taken(), left(), tookNs, bytes);
    }

    private List<String> left() throws IOException {
        List<Path> others;
        try (Stream<Path> files = Files.list(directory)) {
            others = files.filter(other -> !other.equals(file)).toList();
        }
        for (Path other : others) {
            Files.walkFileTree(other, new Deleting());
        }
        return others.stream().map(other -> other.getFileName().toString()).toList();
    }

    Path file() {
        return file;
    }
}
