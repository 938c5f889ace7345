package org.dmafence.stress.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What was found wrong: all of it counted, the first few in words. */
final class Violations {
    private static final int KEPT = 20;

    private final AtomicLong count = new AtomicLong();
    private final List<String> first = new ArrayList<>();

    void add(String what) {
        if (count.incrementAndGet() <= KEPT) {
            synchronized (first) {
                first.add(what);
            }
        }
    }

    void add(String what, Throwable e) {
        StringBuilder text = new StringBuilder(what).append(": ").append(e);
        for (StackTraceElement element : e.getStackTrace()) {
            text.append("\n      at ").append(element);
        }
        add(text.toString());
    }

    long count() {
        return count.get();
    }

    List<String> first() {
        synchronized (first) {
            return List.copyOf(first);
        }
    }
}
