package org.dmafence.report;

import java.util.List;

/**
 * What {@code compare} found.
 *
 * @param input what was replayed
 * @param shims each driver's fences side by side, in the order of the request
 */
public record CompareReport(Input input, List<ShimReport> shims) {
    /**
     * What was replayed.
     *
     * @param speed {@code max}, or the factor of the trace's clock
     */
    public record Input(List<TraceInput> traces, String speed) {}

    /** Whether every job of every shim ended once, and no entity's jobs ran out of order. */
    public boolean sound() {
        return shims.stream().allMatch(ShimReport::sound);
    }
}
