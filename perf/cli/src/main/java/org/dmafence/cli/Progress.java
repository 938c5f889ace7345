package org.dmafence.cli;

import java.util.function.Supplier;

/** One line on standard error that changes while work goes on; nothing unless it is a terminal. Used by one thread. */
final class Progress implements AutoCloseable {
    private static final long EVERY_NS = 200_000_000L;
    private static final int WIDTH = 78;

    private final boolean shown = Boolean.getBoolean("dmafence.progress");
    private long lastNs = System.nanoTime() - EVERY_NS;
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
            System.err.printf("\r%-" + WIDTH + "s", text.length() > WIDTH ? text.substring(0, WIDTH) : text);
            System.err.flush();
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
            System.err.print("\r" + " ".repeat(WIDTH) + "\r");
            System.err.flush();
            onLine = false;
        }
    }
}
