package org.dmafence.compare;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.report.Schema;
import org.dmafence.report.Units;

/**
 * What {@code compare} found.
 *
 * @param input what was replayed
 * @param interrupted whether it was ended early; the shims that were not through are left out
 * @param shims each driver's fences side by side, in the order of the request
 */
@Schema("compare")
public record CompareReport(Input input, boolean interrupted, List<ShimReport> shims) {
    /**
     * What was replayed.
     *
     * @param speed {@code max}, or the factor of the trace's clock
     */
    public record Input(List<TraceInput> traces, String speed) {}

    /**
     * Whether there was something to compare, every job of every shim ended once, and no entity's jobs ran out of
     * order.
     */
    public boolean sound() {
        return !shims.isEmpty() && uncompared().isEmpty() && shims.stream().allMatch(ShimReport::sound);
    }

    /** What could not be compared, or not truly, in words. */
    List<String> uncompared() {
        List<String> findings = new ArrayList<>();
        for (TraceInput trace : input.traces()) {
            findings.addAll(trace.nothingReplayed());
            if (trace.untracked() > 0) {
                findings.add(
                        trace.file() + ": " + Units.count(trace.untracked(), "job")
                                + " too many were in flight at once to follow them to their ends; how they ended in the trace is not known.");
            }
        }
        for (ShimReport shim : shims) {
            if (shim.jobs().givenUp() > 0) {
                findings.add(
                        shim.shim() + ": " + Units.count(shim.jobs().givenUp(), "job")
                                + " ended with -ECANCELED because too many were in flight at once, not because the trace said so.");
            }
        }
        return findings;
    }
}
