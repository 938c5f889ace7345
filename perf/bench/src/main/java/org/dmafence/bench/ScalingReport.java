package org.dmafence.bench;

import java.util.List;
import org.dmafence.report.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How costs grow.
 *
 * @param interrupted whether it was ended early; the curves that were not measured whole are left out
 */
@Schema("bench-scaling")
public record ScalingReport(
        BenchReport.Environment environment,
        boolean quick,
        long tookNs,
        boolean interrupted,
        List<CurveResult> curves) {
    /**
     * One size of a curve.
     *
     * @param ns CPU time of the whole, the best of several rounds
     * @param rounds how many
     */
    public record Point(int size, double ns, int rounds) {}

    /**
     * A curve.
     *
     * @param name what the command line chooses it by
     * @param what is done
     * @param grows what there are more and more of
     * @param points by increasing size; fewer than planned when a size took too long
     * @param exponent fitted to the upper half of them
     * @param exponentLow the lower end of its interval, by the line's standard error; it has the exponent in eight
     *     cases of ten
     * @param exponentHigh the upper end
     * @param bound the exponent of n log n over the same sizes, and a little for caches
     * @param verdict whether the cost is at most O(n log n); unclear if the interval has the bound in it
     * @param note why there is no exponent
     */
    public record CurveResult(
            String name,
            String what,
            String grows,
            List<Point> points,
            @Nullable Double exponent,
            @Nullable Double exponentLow,
            @Nullable Double exponentHigh,
            @Nullable Double bound,
            Verdict verdict,
            @Nullable String note) {}
}
