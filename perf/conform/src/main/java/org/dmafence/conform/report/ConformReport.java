package org.dmafence.conform.report;

import java.util.List;
import org.dmafence.report.Schema;

/**
 * How we compared with kernels.
 *
 * @param level how much was compared, 1 to 4
 * @param interrupted whether it was ended early
 * @param sources whose answers they are, in the files' own words: a kernel, or what somebody took from its source
 * @param kinds for each kind of object of each kernel
 * @param policies for the scheduler's cases the same by policy
 * @param deviations the listed differences that were met
 * @param findings the cases with a difference that is not listed
 * @param broken the cases that make no sense as they stand in their files
 * @param incomparable the files of which nothing was compared
 */
@Schema("conform")
public record ConformReport(
        int level,
        boolean interrupted,
        List<String> sources,
        List<Kind> kinds,
        List<Policy> policies,
        List<Deviation> deviations,
        List<Finding> findings,
        List<Broken> broken,
        List<String> incomparable) {
    /**
     * The cases of one kind.
     *
     * @param kernel the release, such as {@code 7.2.13}
     * @param kind such as {@code dma_fence_array}
     * @param cases those that the kernel ran and that could be run to their ends
     * @param identical those without a difference
     * @param deviating those whose differences are all listed
     * @param differing the others
     * @param notInKernel those that this kernel could not run, not counted in {@code cases}
     * @param broken those that make no sense, not counted in {@code cases} either
     */
    public record Kind(
            String kernel,
            String kind,
            long cases,
            long identical,
            long deviating,
            long differing,
            long notInKernel,
            long broken) {}

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

    /**
     * A case that makes no sense as it stands in its file.
     *
     * @param why what is wrong, and where
     */
    public record Broken(String kernel, String id, String why) {}

    /** Whether something was compared of every file, all of it could be, and nothing differs that is not listed. */
    public boolean sound() {
        return findings.isEmpty() && broken.isEmpty() && incomparable.isEmpty();
    }

    /** Whether all that is wrong is that there are cases which make no sense. */
    public boolean onlyBroken() {
        return findings.isEmpty() && incomparable.isEmpty() && !broken.isEmpty();
    }
}
