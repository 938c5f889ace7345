package org.dmafence.compare;

import java.util.List;
import org.dmafence.report.Schema;
import org.dmafence.workload.Workload;
import org.dmafence.workload.WorkloadRun;

/**
 * What {@code compare} found of workloads.
 *
 * @param input what was run
 * @param interrupted whether it was ended early
 * @param runs each workload under each policy on each driver
 */
@Schema("compare-workloads")
public record WorkloadReport(Input input, boolean interrupted, List<Run> runs) {
    /**
     * What was run.
     *
     * @param clock {@code virtual}: times are exact, and the same in every run
     * @param seed what was drawn was drawn with
     */
    public record Input(String clock, long seed, List<Workload> workloads) {}

    /**
     * One workload under one policy on one driver.
     *
     * @param shim as it was asked for
     * @param driver the module that was loaded
     * @param issuer the ops table of its jobs' fences
     * @param jobs what became of all jobs, those that ended after the clients stopped included
     * @param fences the driver's fences
     * @param conserved whether each job ended and each fence signalled, exactly once
     * @param fairness who got what while the clients submitted
     * @param timeouts when the driver was asked about a job
     * @param reported how many broken rules the subsystem reported
     */
    public record Run(
            String workload,
            String policy,
            String shim,
            String driver,
            String issuer,
            JobCounts jobs,
            ShimReport.Fences fences,
            boolean conserved,
            FairnessReport fairness,
            List<WorkloadRun.Timeout> timeouts,
            long reported) {

        boolean sound() {
            return conserved && jobs.spoiled() == 0 && reported == 0;
        }

        /** Whether the other run went the same way, to the nanosecond. */
        boolean sameAs(Run other) {
            return jobs.equals(other.jobs)
                    && fairness.equals(other.fairness)
                    && timeouts.equals(other.timeouts)
                    && conserved == other.conserved;
        }
    }

    /** Whether every job of every run ended once, and no rule was broken. */
    public boolean sound() {
        return !runs.isEmpty() && runs.stream().allMatch(run -> run.sound());
    }
}
