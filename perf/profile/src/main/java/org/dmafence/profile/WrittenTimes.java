package org.dmafence.profile;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them, such as {@code 500ms}, {@code 20s}, {@code 10m} or {@code 1m30s}. */
public final class WrittenTimes {
    private static final Pattern FORM =
            Pattern.compile("((?<h>\\d{1,4})h)?((?<m>\\d{1,6})m(?!s))?((?<s>\\d{1,8})s)?((?<ms>\\d{1,10})ms)?");
    private static final long MOST_NS = TimeUnit.DAYS.toNanos(7);

    private WrittenTimes() {}

    /**
     * Reads a time.
     *
     * @return nanoseconds, 0 to a week
     * @throws IllegalArgumentException if it is none; the message says what to write
     */
    public static long parseNs(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!text.isEmpty() && matcher.matches()) {
            long ns = part(matcher.group("h"), TimeUnit.HOURS)
                    + part(matcher.group("m"), TimeUnit.MINUTES)
                    + part(matcher.group("s"), TimeUnit.SECONDS)
                    + part(matcher.group("ms"), TimeUnit.MILLISECONDS);
            if (ns <= MOST_NS) {
                return ns;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\"; use a time of at most a week, such as 20s, 10m or 500ms");
    }

    private static long part(@org.jspecify.annotations.Nullable String digits, TimeUnit unit) {
        return digits == null ? 0 : unit.toNanos(Long.parseLong(digits));
    }

    /** A time in words, such as {@code 500 ms}, {@code 20 s} or {@code 10 min}. */
    public static String text(long ns) {
        long ms = TimeUnit.NANOSECONDS.toMillis(ns);
        if (ms % 1_000 != 0 && ms < 10_000) {
            return ms + " ms";
        }
        long seconds = Math.round(ms / 1e3);
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
