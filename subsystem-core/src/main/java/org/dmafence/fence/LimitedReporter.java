package org.dmafence.fence;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the first few reports of a cause, and then only every tenth, hundredth, thousandth..., which says how many
 * there were: a driver that fails at every job must not fill the disk. A cause is the first line of a report without
 * its numbers.
 */
final class LimitedReporter implements FenceReporter {
    /** How many reports of a cause are passed on as they are. */
    static final int IN_FULL = 3;

    /** How many causes are remembered; the one unheard of the longest is forgotten, and new again. */
    static final int CAUSES = 256;

    private static final int FIRST_COUNTED = 10;
    private static final int CAUSE_LENGTH = 200;

    /** How often a cause was reported, and the next number that is told. */
    private static final class Count {
        long reports;
        long nextTold = FIRST_COUNTED;
    }

    private final FenceReporter next;

    /** Guarded by itself; the next reporter is called outside. */
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
            return size() > CAUSES;
        }
    };

    LimitedReporter(FenceReporter next) {
        this.next = Objects.requireNonNull(next, "next");
    }

    @Override
    public void report(Kind kind, String message, @Nullable Throwable cause) {
        long number;
        synchronized (counts) {
            Count count = counts.computeIfAbsent(kind + causeOf(message), any -> new Count());
            number = ++count.reports;
            if (number > IN_FULL) {
                if (number != count.nextTold) {
                    return;
                }
                count.nextTold *= FIRST_COUNTED;
            }
        }
        if (number <= IN_FULL) {
            next.report(kind, message, cause);
        } else {
            next.report(kind, firstLine(message) + " (report " + number + " of this kind; most are left out)", null);
        }
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end).stripTrailing();
    }

    /** Numbers of jobs and fences don't make another cause. */
    private static String causeOf(String message) {
        StringBuilder cause = new StringBuilder();
        boolean inNumber = false;
        for (int i = 0; i < message.length() && i < CAUSE_LENGTH; i++) {
            char c = message.charAt(i);
            if (c == '\n') {
                break;
            }
            boolean digit = c >= '0' && c <= '9';
            if (!digit) {
                cause.append(c);
            } else if (!inNumber) {
                cause.append('#');
            }
            inNumber = digit;
        }
        return cause.toString();
    }
}
