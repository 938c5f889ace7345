package org.dmafence.report;

import java.util.List;

/**
 * How we compared with real kernels.
 *
 * @param level how much was compared, 1 to 4
 * @param kinds for each kind of object of each kernel
 * @param policies for the scheduler's cases the same by policy
 * @param deviations the listed differences that were met
 * @param findings the cases with a difference that is not listed
 */
public record ConformReport(
        int level, List<Kind> kinds, List<Policy> policies, List<Deviation> deviations, List<Finding> findings) {
    /**
     * The cases of one kind.
     *
     * @param kernel the release, such as {@code 7.2.13}
     * @param kind such as {@code dma_fence_array}
     * @param cases those that the kernel ran
     * @param identical those without a difference
     * @param deviating those whose differences are all listed
     * @param differing the others
     * @param notInKernel those that this kernel could not run, not counted in {@code cases}
     */
    public record Kind(
            String kernel, String kind, long cases, long identical, long deviating, long differing, long notInKernel) {}

    /**
     * The cases of the scheduler under one policy.
     *
     * @param policy {@code FIFO}, {@code RR} or {@code FAIR}
     */
    public record Policy(String kernel, String policy, long cases, long identical, long deviating, long differing) {}

    /**
     * A listed difference.
     *
     * @param kernel the release that differs
     * @param scope {@code ours} where we depart, {@code before-series} where a later kernel does as we do
     * @param cases how many cases it was met in
     */
    public record Deviation(String kernel, String name, String scope, String reason, long cases) {}

    /**
     * A case that differs.
     *
     * @param op the op that differs first
     * @param what the field of its result, or which of its events
     * @param listing the kernel and us side by side, up to there
     */
    public record Finding(
            String kernel, String id, String file, int index, String op, String what, List<Row> listing) {}

    /**
     * A line of a listing.
     *
     * @param differs whether the sides say different things
     */
    public record Row(String kernel, String ours, boolean differs) {}

    /** Whether nothing differs that is not listed. */
    public boolean sound() {
        return findings.isEmpty();
    }
}
