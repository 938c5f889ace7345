package org.dmafence.replay;

import org.dmafence.ftrace.TraceJob;
import org.dmafence.sched.SchedulerPriority;

/** How urgent a capture's jobs are here. Drivers have many levels of their own; the scheduler has one on each side. */
public final class JobPriority {
    private JobPriority() {}

    /** Normal where the capture does not tell. */
    public static SchedulerPriority of(TraceJob job) {
        if (job.priority() == 0) {
            return SchedulerPriority.NORMAL;
        }
        return job.priority() > 0 ? SchedulerPriority.HIGH : SchedulerPriority.LOW;
    }
}
