package org.dmafence.cli;

import java.io.PrintStream;
import java.util.function.Supplier;

/** One line on standard error that changes while work goes on; nothing unless it is a terminal. Used by one thread. */
final class Progress implements AutoCloseable {
    private static final long EVERY_NS = 200_000_000L;
    private static final int WIDTH = 78;

    private final boolean shown = Boolean.getBoolean("dmafence.progress");
    private long lastNs = System.nanoTime() - EVERY_NS;
    /** Whoever works may redirect it meanwhile. */
    private final PrintStream terminal = System.err;

    private boolean onLine;

    /** Shows a line, now and then; it is made only when it is shown. */
    void show(Supplier<String> line) {
        if (!shown) {
            return;
        }
        long now = System.nanoTime();
        if (now - lastNs >= EVERY_NS) {
            lastNs = now;
            String text = line.get();
            terminal.printf("\r%-" + WIDTH + "s", text.length() > WIDTH ? text.substring(0, WIDTH) : text);
            terminal.flush();
            onLine = true;
        }
    }

    /** Shows a line at once. */
    void begin(String line) {
        lastNs = System.nanoTime() - EVERY_NS;
        show(() -> line);
    }

    @Override
    public void close() {
        clear();
    }

    /** Takes the line away. */
    void clear() {
        if (onLine) {
            terminal.print("\r" + " ".repeat(WIDTH) + "\r");
            terminal.flush();
            onLine = false;
        }
    }
}
