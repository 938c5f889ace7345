package org.dmafence.replay;

/**
 * What a replay keeps in memory at most.
 *
 * @param jobsInFlight jobs submitted and not ended; past that the oldest ones are given up, with {@code ECANCELED}
 * @param retainedFences ended jobs' hardware fences that are kept until the driver is unloaded
 * @param uncomparedRuns on all rings, jobs that ran here and not yet in the trace
 * @param clients clients that are told apart
 */
public record ReplayLimits(int jobsInFlight, int retainedFences, int uncomparedRuns, int clients) {
    public static final ReplayLimits DEFAULT = new ReplayLimits(32_768, 10_000, 65_536, 256);
}
