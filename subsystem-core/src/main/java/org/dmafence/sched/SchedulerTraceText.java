package org.dmafence.sched;

import java.util.Locale;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.dmafence.fence.DmaFence;

/**
 * The scheduler's trace events as the kernel prints them, in the dialect of either time. Where older kernels print a
 * pointer, this prints a number in the same form that tells fences and entities apart and is the same in each run.
 */
public final class SchedulerTraceText implements SchedulerTraceListener {
    /** Which kernels print so. */
    public enum Dialect {
        /** Linux 6.17 and later: fences by context and number, a stable interface. */
        SINCE_6_17,
        /** Before: jobs by number, entities and fences by pointer. */
        BEFORE_6_17
    }

    private final Dialect dialect;
    private final BiConsumer<String, String> lines;

    /**
     * @param lines gets each event's name and its fields; on the thread and under the rules of the listener's methods
     */
    public SchedulerTraceText(Dialect dialect, BiConsumer<String, String> lines) {
        this.dialect = Objects.requireNonNull(dialect, "dialect");
        this.lines = Objects.requireNonNull(lines, "lines");
    }

    private boolean isOld() {
        return dialect == Dialect.BEFORE_6_17;
    }

    @Override
    public void jobQueued(SchedulerJob job, int queuedJobs, int hardwareCredits) {
        lines.accept(isOld() ? "drm_sched_job" : "drm_sched_job_queue", counts(job, queuedJobs, hardwareCredits));
    }

    @Override
    public void jobRun(SchedulerJob job, int queuedJobs, int hardwareCredits) {
        lines.accept(isOld() ? "drm_run_job" : "drm_sched_job_run", counts(job, queuedJobs, hardwareCredits));
    }

    private String counts(SchedulerJob job, int queuedJobs, int hardwareCredits) {
        String ring = job.scheduler().name();
        String counted = ", job count:" + queuedJobs + ", hw job count:" + hardwareCredits;
        if (isOld()) {
            return "entity=" + pointer(job.entity().fenceContext(), 0) + ", id="
                    + job.work().id() + ", fence=" + pointer(job.finished()) + ", ring=" + ring + counted;
        }
        return "dev=" + job.scheduler().device() + ", fence=" + numbers(job.finished()) + ", ring=" + ring + counted
                + ", client_id:" + Long.toUnsignedString(job.clientId());
    }

    @Override
    public void jobDependsOn(SchedulerJob job, DmaFence dependency) {
        if (!isOld()) {
            lines.accept(
                    "drm_sched_job_add_dep",
                    "fence=" + numbers(job.finished()) + " depends on fence=" + numbers(dependency));
        }
    }

    @Override
    public void jobLooksAt(SchedulerJob job, DmaFence dependency) {
        if (isOld()) {
            lines.accept(
                    "drm_sched_job_wait_dep",
                    "job ring=" + job.scheduler().name() + ", id=" + job.work().id() + ", depends fence="
                            + pointer(dependency) + ", context=" + Long.toUnsignedString(dependency.context())
                            + ", seq=" + Integer.toUnsignedString((int) dependency.seqno()));
        }
    }

    @Override
    public void jobUnschedulable(SchedulerJob job, DmaFence dependency) {
        if (!isOld()) {
            lines.accept(
                    "drm_sched_job_unschedulable",
                    "fence=" + numbers(job.finished()) + " depends on unsignalled fence=" + numbers(dependency));
        }
    }

    @Override
    public void jobDone(SchedulerJob job) {
        if (isOld()) {
            lines.accept("drm_sched_process_job", "fence=" + pointer(job.finished()) + " signaled");
        } else {
            lines.accept("drm_sched_job_done", "fence=" + numbers(job.finished()) + " signaled");
        }
    }

    private static String numbers(DmaFence fence) {
        return Long.toUnsignedString(fence.context()) + ":" + Long.toUnsignedString(fence.seqno());
    }

    private static String pointer(DmaFence fence) {
        return pointer(fence.context(), fence.seqno());
    }

    /** The steps of MurmurHash3's finalizer: different numbers never get the same one of a context. */
    private static String pointer(long context, long seqno) {
        long mixed = context * 0x9E3779B97F4A7C15L + seqno;
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return String.format(Locale.ROOT, "%016x", mixed ^ (mixed >>> 33));
    }
}
