package org.dmafence.conform;

import java.util.function.Predicate;

/**
 * A difference from a kernel that we want, or that the kernel's own later releases have.
 *
 * @param name short, unique
 * @param reason one sentence
 * @param scope which kernels' answers it explains
 * @param covers whether it explains a difference; asks for the cause, never for the case
 */
record Deviation(String name, String reason, Scope scope, Predicate<Difference> covers) {
    /** Which kernels differ from us for this cause. */
    enum Scope {
        /** All of them: we depart from the kernel. */
        OURS,
        /** Those before the series: 7.2 differs from them as we do. */
        BEFORE_SERIES
    }

    boolean explains(Difference difference) {
        return (scope == Scope.OURS || difference.beforeSeries()) && covers.test(difference);
    }
}
