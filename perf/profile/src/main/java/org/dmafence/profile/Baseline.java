package org.dmafence.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.dmafence.profile.ProfileReport.Check;
import org.jspecify.annotations.Nullable;

/**
 * An earlier run to hold this one against.
 *
 * @param name where it was found
 * @param report what it found
 * @param histograms by tag
 */
public record Baseline(String name, ProfileReport report, Map<String, Histogram> histograms) {
    private static final double ALIKE = 0.05;

    /** The same edge of the same shim in the earlier run. */
    Optional<FinePercentiles> edge(String shim, Edge edge) {
        return report.shim(shim).map(earlier -> earlier.edge(edge)).filter(times -> times.count() > 0);
    }

    /**
     * Holds every shim against what it was then. A shim that was not measured then does not pass.
     *
     * @param most how many times as long the median and the 99th percentile of the whole way may take
     */
    public List<Check> check(ProfileReport now, double most) {
        List<Check> checks = new ArrayList<>();
        for (ProfileReport.Shim shim : now.shims()) {
            Optional<FinePercentiles> then = edge(shim.shim(), Edge.WHOLE);
            FinePercentiles times = shim.edge(Edge.WHOLE);
            checks.add(check(
                    "p50",
                    most,
                    shim.shim(),
                    then.isEmpty() ? null : ratio(times.p50Ns(), then.get().p50Ns())));
            Double p99 = then.isEmpty() ? null : ratio(times.p99Ns(), then.get().p99Ns());
            if (p99 != null) {
                checks.add(check("p99", most, shim.shim(), p99));
            }
        }
        return checks;
    }

    private Check check(String figure, double most, String shim, @Nullable Double ratio) {
        String limit = String.format(
                Locale.ROOT, "%s>%s times %s", figure, Double.toString(most).replaceFirst("\\.0$", ""), name);
        return new Check(
                limit, shim, ratio == null ? "not measured in both" : text(ratio), ratio != null && ratio <= most);
    }

    /** How many times as long it takes now; {@code null} if one of both is nothing. */
    static @Nullable Double ratio(@Nullable Long nowNs, @Nullable Long thenNs) {
        return nowNs == null || thenNs == null || nowNs == 0 || thenNs == 0 ? null : nowNs / (double) thenNs;
    }

    /** A ratio as {@code x1.25}. */
    static String text(@Nullable Double ratio) {
        if (ratio == null) {
            return "-";
        }
        return ratio < 999.5
                ? String.format(Locale.ROOT, ratio < 9.995 ? "x%.2f" : "x%.0f", ratio)
                : String.format(Locale.ROOT, "x%,.0fk", ratio / 1_000);
    }

    /** Below 0 if it takes less time now, above if more, 0 if the difference is no larger than that of any two runs. */
    static int sign(@Nullable Double ratio) {
        return ratio == null || Math.abs(ratio - 1) <= ALIKE ? 0 : ratio < 1 ? -1 : 1;
    }
}
