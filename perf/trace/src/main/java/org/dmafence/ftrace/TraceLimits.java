package org.dmafence.ftrace;

/**
 * What a {@link JobStream} may keep in memory at most.
 *
 * @param heldSteps steps held back behind a submission whose dependencies are not all known yet
 * @param endedJobs ended jobs remembered, so that a later dependency on one is still recognised as a job of this trace
 * @param runningJobs jobs in flight; a trace without completion lines would otherwise collect all of its jobs
 * @param fences fences that belong to no job
 */
public record TraceLimits(int heldSteps, int endedJobs, int runningJobs, int fences) {
    public static final TraceLimits DEFAULT = new TraceLimits(65_536, 65_536, 262_144, 131_072);

    public TraceLimits {
        if (heldSteps < 1 || endedJobs < 1 || runningJobs < 1 || fences < 1) {
            throw new IllegalArgumentException("trace limits " + heldSteps + ", " + endedJobs + ", " + runningJobs
                    + ", " + fences + ": each must be at least 1");
        }
    }
}
