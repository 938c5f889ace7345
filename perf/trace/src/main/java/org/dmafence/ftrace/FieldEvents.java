package org.dmafence.ftrace;

import org.dmafence.capture.Fields;
import org.dmafence.ftrace.TraceEvent.AmdSchedProcessJob;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.DrmRunJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobAddDep;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobDone;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobQueue;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobRun;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobUnschedulable;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobWaitDep;
import org.dmafence.ftrace.TraceEvent.DrmSchedProcessJob;
import org.dmafence.ftrace.TraceEvent.FenceAction;
import org.dmafence.ftrace.TraceEvent.FenceWaitsOn;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.ftrace.TraceEvent.SyncTimeline;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of fields by the names the kernel gives them in its format files. That is how binary captures and
 * {@code trace-cmd report -R} have them.
 */
final class FieldEvents {
    private String missing = "";

    /** Which field the last {@link #parse} that returned null did not find. */
    String reason() {
        return "\"" + missing + "\" is missing";
    }

    /** An event of fences or of the scheduler; null when a field is missing. */
    @Nullable TraceEvent parse(String event, Stamp stamp, Fields f) {
        missing = "";
        TraceEvent parsed = switch (event) {
            case "drm_sched_job" -> oldJob(stamp, f, false);
            case "drm_run_job" -> oldJob(stamp, f, true);
            case "drm_sched_process_job" -> new DrmSchedProcessJob(stamp, number(f, "fence"));
            case "amd_sched_job" ->
                new DrmSchedJob(
                        stamp,
                        number(f, "entity"),
                        f.number("id"),
                        number(f, "fence"),
                        text(f, "name"),
                        number(f, "job_count"),
                        number(f, "hw_job_count"));
            case "amd_sched_process_job" -> new AmdSchedProcessJob(stamp, number(f, "fence"));
            case "fence_annotate_wait_on", "dma_fence_annotate_wait_on" ->
                new FenceWaitsOn(
                        stamp,
                        number(f, "context"),
                        number(f, "seqno"),
                        number(f, "waiting_context"),
                        number(f, "waiting_seqno"));
            case "drm_sched_job_wait_dep" ->
                new DrmSchedJobWaitDep(
                        stamp,
                        text(f, "name"),
                        number(f, "id"),
                        number(f, "fence"),
                        number(f, "ctx"),
                        number(f, "seqno"));
            case "drm_sched_job_queue" -> newJob(stamp, f, false);
            case "drm_sched_job_run" -> newJob(stamp, f, true);
            case "drm_sched_job_done" -> new DrmSchedJobDone(stamp, context(f), seqno(f));
            case "drm_sched_job_add_dep" ->
                new DrmSchedJobAddDep(stamp, context(f), seqno(f), number(f, "ctx"), number(f, "seqno"));
            case "drm_sched_job_unschedulable" ->
                new DrmSchedJobUnschedulable(stamp, context(f), seqno(f), number(f, "ctx"), number(f, "seqno"));
            case "sync_timeline" -> new SyncTimeline(stamp, text(f, "name"), number(f, "value"));
            default -> fence(event, stamp, f);
        };
        return missing.isEmpty() ? parsed : null;
    }

    private TraceEvent fence(String event, Stamp stamp, Fields f) {
        FenceAction action = EventParser.action(event);
        return new DmaFence(
                stamp, action, text(f, "driver"), text(f, "timeline"), number(f, "context"), number(f, "seqno"));
    }

    private TraceEvent oldJob(Stamp stamp, Fields f, boolean run) {
        long entity = number(f, "entity");
        long id = number(f, "id");
        long fence = number(f, "fence");
        String ring = text(f, "name");
        long jobCount = number(f, "job_count");
        long hwJobCount = number(f, "hw_job_count");
        return run
                ? new DrmRunJob(stamp, entity, id, fence, ring, jobCount, hwJobCount)
                : new DrmSchedJob(stamp, entity, id, fence, ring, jobCount, hwJobCount);
    }

    private TraceEvent newJob(Stamp stamp, Fields f, boolean run) {
        String dev = text(f, "dev");
        String ring = text(f, "name");
        long jobCount = number(f, "job_count");
        long hwJobCount = number(f, "hw_job_count");
        long client = f.has("client_id") ? f.number("client_id") : -1;
        int priority = f.has("priority") ? (int) f.number("priority") : 0;
        return run
                ? new DrmSchedJobRun(stamp, dev, context(f), seqno(f), ring, jobCount, hwJobCount, client)
                : new DrmSchedJobQueue(stamp, dev, context(f), seqno(f), ring, jobCount, hwJobCount, client, priority);
    }

    private long context(Fields f) {
        return number(f, "fence_context");
    }

    private long seqno(Fields f) {
        return number(f, "fence_seqno");
    }

    private long number(Fields f, String name) {
        require(f, name);
        return f.number(name);
    }

    private String text(Fields f, String name) {
        require(f, name);
        return f.text(name);
    }

    private void require(Fields f, String name) {
        if (missing.isEmpty() && !f.has(name)) {
            missing = name;
        }
    }
}
