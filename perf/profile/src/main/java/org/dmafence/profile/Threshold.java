package org.dmafence.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dmafence.profile.ProfileReport.Check;
import org.dmafence.profile.ProfileReport.Shim;
import org.dmafence.report.Percentiles;
import org.jspecify.annotations.Nullable;

/**
 * What a run must not have, such as {@code p99>5ms}, {@code run-signal.p50>=20us} or {@code rate<9k/s}.
 *
 * @param text as it was written
 * @param edge the edge whose times are meant
 * @param figure {@code p50}, {@code p90}, {@code p99}, {@code p99.9}, {@code p99.99}, {@code mean}, {@code max} or
 *     {@code rate}
 * @param operator {@code >}, {@code >=}, {@code <} or {@code <=}
 * @param limit nanoseconds, or jobs per second
 */
public record Threshold(String text, Edge edge, String figure, String operator, double limit) {
    private static final Pattern FORM =
            Pattern.compile("((?<edge>[a-z-]+)\\.)?(?<figure>p50|p90|p99|p99\\.9|p99\\.99|mean|max|rate)"
                    + "\\s*(?<operator>[<>]=?)\\s*(?<limit>\\S+)");
    private static final Pattern TIME = Pattern.compile("(?<number>\\d{1,9}(\\.\\d{1,9})?)(?<unit>ns|us|ms|s)");

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none; the message says what to write
     */
    public static Threshold parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\"; use a figure and a limit, such as p99>5ms, max>=1s,"
                    + " queue-run.p50>20us or rate<9k/s");
        }
        String figure = matcher.group("figure");
        boolean rate = figure.equals("rate");
        String limit = matcher.group("limit");
        return new Threshold(
                text.strip(),
                edge(text, matcher.group("edge")),
                figure,
                matcher.group("operator"),
                rate ? Rate.parse(limit).perSecond() : timeNs(text, limit));
    }

    private static Edge edge(String text, @Nullable String tag) {
        return tag == null
                ? Edge.WHOLE
                : Arrays.stream(Edge.values())
                        .filter(edge -> edge.tag().equals(tag))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\": there is no edge " + tag
                                + "; there are "
                                + Arrays.stream(Edge.values()).map(Edge::tag).collect(Collectors.joining(", "))));
    }

    private static double timeNs(String text, String limit) {
        Matcher matcher = TIME.matcher(limit);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\"; use a time with its unit, such as 5ms, 200us or 1.5s");
        }
        return Double.parseDouble(matcher.group("number"))
                * switch (matcher.group("unit")) {
                    case "ns" -> 1;
                    case "us" -> 1e3;
                    case "ms" -> 1e6;
                    default -> 1e9;
                };
    }

    /** Holds every shim against it. A figure that there is none of does not pass. */
    public List<Check> check(ProfileReport report) {
        List<Check> checks = new ArrayList<>();
        for (Shim shim : report.shims()) {
            Double value = value(shim);
            checks.add(new Check(
                    text,
                    shim.shim(),
                    value == null
                            ? "too few jobs for " + figure
                            : figure.equals("rate")
                                    ? String.format(Locale.ROOT, "%,.0f/s", value)
                                    : Percentiles.text(Math.round(value)),
                    value != null && !broken(value)));
        }
        return checks;
    }

    private @Nullable Double value(Shim shim) {
        if (figure.equals("rate")) {
            return shim.jobs().achievedPerSecond();
        }
        FinePercentiles times = shim.edge(edge);
        if (times.count() == 0) {
            return null;
        }
        Long ns = switch (figure) {
            case "p50" -> Long.valueOf(times.p50Ns());
            case "p90" -> times.p90Ns();
            case "p99" -> times.p99Ns();
            case "p99.9" -> times.p999Ns();
            case "p99.99" -> times.p9999Ns();
            case "mean" -> Long.valueOf(times.meanNs());
            default -> Long.valueOf(times.maxNs());
        };
        return ns == null ? null : ns.doubleValue();
    }

    private boolean broken(double value) {
        return switch (operator) {
            case ">" -> value > limit;
            case ">=" -> value >= limit;
            case "<" -> value < limit;
            default -> value <= limit;
        };
    }
}
