package org.dmafence.report;

import java.util.Locale;

/** Numbers for people. */
public final class Units {
    private static final String[] NAMES = {"ns", "us", "ms", "s"};

    private Units() {}

    /** Nanoseconds with three digits, such as {@code 1.23 ms}. */
    public static String time(long ns) {
        double value = ns;
        int unit = 0;
        while (value >= 999.5 && unit < NAMES.length - 1) {
            value /= 1000;
            unit++;
        }
        int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + decimals + "f %s", value, NAMES[unit]);
    }

    /** A number with separators. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A number and what it counts, such as {@code 1 job} or {@code 2 jobs}. */
    public static String count(long value, String noun) {
        return count(value) + " " + noun + (value == 1 ? "" : "s");
    }

    /** Bytes as {@code 12.3 MB}. */
    public static String bytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }
}
