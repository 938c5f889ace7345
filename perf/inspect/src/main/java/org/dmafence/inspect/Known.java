package org.dmafence.inspect;

import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.ftrace.TraceJob;
import org.dmafence.jobs.JobLife;
import org.jspecify.annotations.Nullable;

/** A job in flight, or one that ended not long ago, with what was found out about it so far. */
final class Known {
    final TraceJob job;
    final long submittedNs;
    final @Nullable Stamp submitter;
    final String client;

    long ranNs = JobLife.NEVER;
    long endedNs = JobLife.NEVER;

    /** When the hardware began with it; known once it ended. */
    long beganNs = JobLife.NEVER;

    @Nullable Handover handover;

    /** Its finished fence's signal. */
    @Nullable Stamp signal;

    /** When the last of its dependencies signalled; its submission if none did after that. */
    long readyNs;

    @Nullable String dependency;

    /** Whether another job's end let it run. */
    boolean credits;

    @Nullable String behind;

    /** Who was on the hardware before it. */
    @Nullable String before;

    Known(TraceJob job, long submittedNs, @Nullable Stamp submitter) {
        this.job = job;
        this.submittedNs = submittedNs;
        this.submitter = submitter;
        readyNs = submittedNs;
        client = clientOf(job, submitter);
    }

    private static String clientOf(TraceJob job, @Nullable Stamp submitter) {
        String task = submitter == null ? "" : submitter.task();
        if (job.clientId() >= 0) {
            String id = "client " + job.clientId();
            return task.isEmpty() ? id : id + " (" + task + ")";
        }
        if (submitter != null) {
            return task + "-" + submitter.pid();
        }
        return job.finished().hasContext()
                ? "context " + Long.toUnsignedString(job.finished().context())
                : "entity " + Long.toUnsignedString(job.entity(), 16);
    }

    @Nullable FenceName fence() {
        return FenceName.of(job.finished());
    }

    /** How others call it, such as {@code 9:3 of gfx (client 3)}. */
    String describe() {
        FenceName fence = fence();
        String name = fence == null ? "job " + Long.toUnsignedString(job.id()) : fence.toString();
        return name + " of " + job.ring() + " (" + client + ")";
    }
}
