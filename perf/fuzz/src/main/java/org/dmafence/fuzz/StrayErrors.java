package org.dmafence.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Stands in for the process's standard error while readers work: a command writes to its own, so whatever arrives here
 * (a stack trace of a thread that died, a library's complaint) would have surprised a user.
 */
final class StrayErrors implements AutoCloseable {
    private static final int MOST = 1 << 16;

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    StrayErrors() {
        System.setErr(new PrintStream(taken, true, StandardCharsets.UTF_8) {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                if (taken.size() < MOST) {
                    super.write(bytes, offset, length);
                }
            }
        });
    }

    /** What has arrived since this was asked last. */
    String taken() {
        synchronized (taken) {
            if (taken.size() == 0) {
                return "";
            }
            String text = taken.toString(StandardCharsets.UTF_8);
            taken.reset();
            return text;
        }
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
