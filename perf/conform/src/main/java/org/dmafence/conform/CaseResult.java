package org.dmafence.conform;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one case compared.
 *
 * @param verdict in a word
 * @param deviations the rules that its differences fall under
 * @param first the first difference that no rule explains, {@code null} if there is none
 * @param answers what we answered to each op that was carried out
 * @param broken why it could not be run to its end, {@code null} if it could
 */
record CaseResult(
        OracleFile file,
        OracleCase oracleCase,
        Verdict verdict,
        Set<Deviation> deviations,
        @Nullable Difference first,
        List<CaseRunner.Answer> answers,
        @Nullable String broken) {
    /** What came of a case. */
    enum Verdict {
        /** Nothing differs. */
        IDENTICAL,
        /** All that differs is on the list. */
        DEVIATING,
        /** Something differs that is not. */
        DIFFERING,
        /** This kernel could not run it. */
        NOT_IN_KERNEL,
        /** It makes no sense as it stands in the file, and nothing differed up to there. */
        BROKEN
    }
}
