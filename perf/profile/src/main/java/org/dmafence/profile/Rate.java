package org.dmafence.profile;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many jobs are sent in a second.
 *
 * @param perSecond above 0
 */
public record Rate(double perSecond) {
    private static final Pattern FORM = Pattern.compile("(?<number>\\d+(\\.\\d+)?)(?<unit>[kKM]?)(/s)?");
    private static final double MOST = 10_000_000;

    /** A job in a quarter of an hour; with fewer there is nothing to measure in a week. */
    private static final double LEAST = 0.001;

    /**
     * Reads {@code 10000/s}, {@code 10k/s} or {@code 10000}.
     *
     * @throws IllegalArgumentException if it is no such rate; the message says what to write
     */
    public static Rate parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            double perSecond = Double.parseDouble(matcher.group("number"))
                    * switch (matcher.group("unit")) {
                        case "" -> 1;
                        case "M" -> 1e6;
                        default -> 1e3;
                    };
            if (perSecond >= LEAST && perSecond <= MOST) {
                return new Rate(perSecond);
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\"; use jobs per second, at least 0.001/s and at most 10M/s, such as 2000/s or 10k/s");
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, perSecond < 10 ? "%,.1f/s" : "%,.0f/s", perSecond);
    }
}
