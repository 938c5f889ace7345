package org.dmafence.ftrace;

import org.dmafence.capture.Ascii;
import org.dmafence.capture.CaptureEvent;
import org.dmafence.capture.Fields;
import org.dmafence.capture.StringPool;
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
 * Parses the arguments of the known events. Names may contain anything, blanks and commas included, so a name is what
 * lies between two keys: keys behind it are looked for from the end of the line.
 */
final class EventParser {
    private final StringPool pool;
    private final ArgumentCursor args = new ArgumentCursor();
    private final TextFields fields;
    private final FieldEvents fieldEvents = new FieldEvents();
    private final DriverEvents driverEvents = new DriverEvents();
    private String reason = "";

    EventParser(StringPool pool) {
        this.pool = pool;
        fields = new TextFields(pool);
    }

    static boolean knows(String event) {
        return switch (event) {
            case "drm_sched_job",
                    "drm_run_job",
                    "drm_sched_process_job",
                    "amd_sched_job",
                    "amd_sched_process_job",
                    "drm_sched_job_wait_dep",
                    "drm_sched_job_queue",
                    "drm_sched_job_run",
                    "drm_sched_job_done",
                    "drm_sched_job_add_dep",
                    "drm_sched_job_unschedulable",
                    "sync_timeline" -> true;
            default -> isFence(event) || isAnnotation(event) || DriverEvents.knows(event);
        };
    }

    private static boolean isFence(String event) {
        return switch (event) {
            case "dma_fence_init",
                    "dma_fence_destroy",
                    "dma_fence_emit",
                    "dma_fence_enable_signal",
                    "dma_fence_signaled",
                    "dma_fence_wait_start",
                    "dma_fence_wait_end",
                    "fence_init",
                    "fence_destroy",
                    "fence_emit",
                    "fence_enable_signal",
                    "fence_signaled",
                    "fence_wait_start",
                    "fence_wait_end" -> true;
            default -> false;
        };
    }

    static boolean isAnnotation(String event) {
        return event.equals("fence_annotate_wait_on") || event.equals("dma_fence_annotate_wait_on");
    }

    /** What an event of a fence tells; they were called {@code fence_*} before Linux 4.10. */
    static FenceAction action(String event) {
        return switch (event.substring(event.indexOf("fence_") + 6)) {
            case "init" -> FenceAction.INIT;
            case "destroy" -> FenceAction.DESTROY;
            case "emit" -> FenceAction.EMIT;
            case "enable_signal" -> FenceAction.ENABLE_SIGNAL;
            case "signaled" -> FenceAction.SIGNALED;
            case "wait_start" -> FenceAction.WAIT_START;
            case "wait_end" -> FenceAction.WAIT_END;
            default -> throw new IllegalArgumentException("event " + event + " is not one of the known ones");
        };
    }

    /** Why the last {@link #parse} returned null. */
    String reason() {
        return reason;
    }

    /** Parses the arguments of a known event; null when they are cut or damaged. */
    @Nullable TraceEvent parse(CaptureEvent event, Stamp stamp) {
        String name = event.name();
        Fields given = event.fields();
        if (DriverEvents.knows(name)) {
            Fields named = given == null ? fields.reset(event.bytes(), event.from(), event.to()) : given;
            TraceEvent parsed = driverEvents.parse(name, stamp, named);
            reason = parsed == null ? driverEvents.reason() : "";
            return parsed;
        }
        if (given != null) {
            TraceEvent parsed = fieldEvents.parse(name, stamp, given);
            reason = parsed == null ? fieldEvents.reason() : "";
            return parsed;
        }
        TraceEvent parsed = printed(name, stamp, event.bytes(), event.from(), event.to());
        if (parsed == null) {
            reason = args.reason();
            TextFields raw = fields.reset(event.bytes(), event.from(), event.to());
            boolean sameWords = isFence(name)
                    || (isAnnotation(name) && !raw.has("waiting_seqno"))
                    || name.equals("sync_timeline")
                    || raw.mentions(" signaled");
            parsed = sameWords ? null : fieldEvents.parse(name, stamp, raw);
        }
        return parsed;
    }

    /** Parses what no job depends on; null when it is nothing of that kind. */
    @Nullable TraceEvent beside(CaptureEvent event, Stamp stamp) {
        Fields given = event.fields();
        if (given != null) {
            return CpuEvents.parse(event.name(), stamp, given);
        }
        TraceEvent parsed = CpuEvents.parse(event.name(), stamp, fields.reset(event.bytes(), event.from(), event.to()));
        if (parsed == null && event.name().equals("sched_switch")) {
            return CpuEvents.switched(stamp, event.bytes(), event.from(), event.to());
        }
        return parsed == null && event.name().startsWith("sched_wa")
                ? CpuEvents.woken(stamp, event.bytes(), event.from(), event.to())
                : parsed;
    }

    private @Nullable TraceEvent printed(String event, Stamp stamp, byte[] bytes, int from, int to) {
        args.reset(bytes, from, to);
        TraceEvent parsed = switch (event) {
            case "drm_sched_job" -> oldJob(stamp, false);
            case "drm_run_job" -> oldJob(stamp, true);
            case "drm_sched_process_job" -> processJob(stamp);
            case "amd_sched_job" -> amdJob(stamp);
            case "amd_sched_process_job" -> amdProcessJob(stamp);
            case "drm_sched_job_wait_dep" -> waitDep(stamp);
            case "drm_sched_job_queue" -> newJob(stamp, false);
            case "drm_sched_job_run" -> newJob(stamp, true);
            case "drm_sched_job_done" -> done(stamp);
            case "drm_sched_job_add_dep" -> dependency(stamp, false);
            case "drm_sched_job_unschedulable" -> dependency(stamp, true);
            case "sync_timeline" -> syncTimeline(stamp);
            case "fence_annotate_wait_on", "dma_fence_annotate_wait_on" -> waitsOn(stamp);
            default -> fence(stamp, action(event));
        };
        return args.ok() ? parsed : null;
    }

    private TraceEvent oldJob(Stamp stamp, boolean run) {
        long hwJobCount = args.lastNumber(Keys.HW_JOB_COUNT);
        long jobCount = args.lastNumber(Keys.JOB_COUNT);
        args.expect(Keys.ENTITY);
        long entity = args.pointer();
        args.expect(Keys.ID);
        long id = args.number();
        args.expect(Keys.FENCE);
        long fence = args.pointer();
        args.expect(Keys.RING);
        String ring = args.rest(pool);
        return run
                ? new DrmRunJob(stamp, entity, id, fence, ring, jobCount, hwJobCount)
                : new DrmSchedJob(stamp, entity, id, fence, ring, jobCount, hwJobCount);
    }

    private TraceEvent processJob(Stamp stamp) {
        args.expect(Keys.FENCE_FIRST);
        long fence = args.pointer();
        args.expectEnd(Keys.SIGNALED);
        return new DrmSchedProcessJob(stamp, fence);
    }

    /** Its number was a pointer at first. */
    private TraceEvent amdJob(Stamp stamp) {
        long hwJobCount = args.lastNumber(Keys.HW_JOB_COUNT);
        long jobCount = args.lastNumber(Keys.JOB_COUNT);
        args.expect(Keys.ENTITY);
        long entity = args.pointer();
        long id = 0;
        if (args.skip(Keys.SCHED_JOB)) {
            args.pointer();
        } else {
            args.expect(Keys.ID);
            id = args.number();
        }
        args.expect(Keys.FENCE);
        long fence = args.pointer();
        args.expect(Keys.RING);
        return new DrmSchedJob(stamp, entity, id, fence, args.rest(pool), jobCount, hwJobCount);
    }

    private TraceEvent amdProcessJob(Stamp stamp) {
        args.expect(Keys.FENCE_FIRST);
        long fence = args.pointer();
        args.expectEnd(Keys.SIGNALED);
        return new AmdSchedProcessJob(stamp, fence);
    }

    private TraceEvent waitsOn(Stamp stamp) {
        long onSeqno = args.lastNumber(Keys.FENCE_SEQNO);
        long onContext = args.lastNumber(Keys.FENCE_CONTEXT);
        args.dropFrom(Keys.WAITS_ON);
        long seqno = args.lastNumber(Keys.FENCE_SEQNO);
        long context = args.lastNumber(Keys.FENCE_CONTEXT);
        args.expect(Keys.DRIVER);
        return new FenceWaitsOn(stamp, context, seqno, onContext, onSeqno);
    }

    private TraceEvent waitDep(Stamp stamp) {
        long seqno = args.lastNumber(Keys.SEQ);
        long context = args.lastNumber(Keys.CONTEXT);
        long fence = args.lastPointer(Keys.DEPENDS_FENCE);
        long id = args.lastNumber(Keys.ID);
        args.expect(Keys.JOB_RING);
        return new DrmSchedJobWaitDep(stamp, args.rest(pool), id, fence, context, seqno);
    }

    private TraceEvent newJob(Stamp stamp, boolean run) {
        long client = args.lastNumber(Keys.CLIENT);
        long hwJobCount = args.lastNumber(Keys.HW_JOB_COUNT);
        long jobCount = args.lastNumber(Keys.JOB_COUNT);
        args.expect(Keys.DEV);
        String dev = args.upTo(Keys.FENCE, pool);
        long context = args.number();
        args.expect(Keys.COLON);
        long seqno = args.number();
        args.expect(Keys.RING);
        String ring = args.rest(pool);
        return run
                ? new DrmSchedJobRun(stamp, dev, context, seqno, ring, jobCount, hwJobCount, client)
                : new DrmSchedJobQueue(stamp, dev, context, seqno, ring, jobCount, hwJobCount, client, 0);
    }

    private TraceEvent done(Stamp stamp) {
        args.expect(Keys.FENCE_FIRST);
        long context = args.number();
        args.expect(Keys.COLON);
        long seqno = args.number();
        args.expectEnd(Keys.SIGNALED);
        return new DrmSchedJobDone(stamp, context, seqno);
    }

    private TraceEvent dependency(Stamp stamp, boolean unschedulable) {
        args.expect(Keys.FENCE_FIRST);
        long context = args.number();
        args.expect(Keys.COLON);
        long seqno = args.number();
        args.expect(unschedulable ? Keys.DEPENDS_UNSIGNALED : Keys.DEPENDS_ON);
        long depContext = args.number();
        args.expect(Keys.COLON);
        long depSeqno = args.number();
        args.expectEnd(Keys.NOTHING);
        return unschedulable
                ? new DrmSchedJobUnschedulable(stamp, context, seqno, depContext, depSeqno)
                : new DrmSchedJobAddDep(stamp, context, seqno, depContext, depSeqno);
    }

    private TraceEvent fence(Stamp stamp, FenceAction action) {
        long seqno = args.lastNumber(Keys.FENCE_SEQNO);
        long context = args.lastNumber(Keys.FENCE_CONTEXT);
        args.expect(Keys.DRIVER);
        String driver = args.upTo(Keys.TIMELINE, pool);
        return new DmaFence(stamp, action, driver, args.rest(pool), context, seqno);
    }

    private TraceEvent syncTimeline(Stamp stamp) {
        long value = args.lastNumber(Keys.VALUE);
        args.expect(Keys.NAME);
        return new SyncTimeline(stamp, args.rest(pool), value);
    }

    /** The fixed parts of the kernel's format strings. */
    private static final class Keys {
        static final byte[] NOTHING = {};
        static final byte[] COLON = Ascii.of(":");
        static final byte[] ENTITY = Ascii.of("entity=");
        static final byte[] ID = Ascii.of(", id=");
        static final byte[] SCHED_JOB = Ascii.of(", sched job=");
        static final byte[] FENCE = Ascii.of(", fence=");
        static final byte[] FENCE_FIRST = Ascii.of("fence=");
        static final byte[] RING = Ascii.of(", ring=");
        static final byte[] JOB_COUNT = Ascii.of(", job count:");
        static final byte[] HW_JOB_COUNT = Ascii.of(", hw job count:");
        static final byte[] CLIENT = Ascii.of(", client_id:");
        static final byte[] SIGNALED = Ascii.of(" signaled");
        static final byte[] JOB_RING = Ascii.of("job ring=");
        static final byte[] DEPENDS_FENCE = Ascii.of(", depends fence=");
        static final byte[] CONTEXT = Ascii.of(", context=");
        static final byte[] SEQ = Ascii.of(", seq=");
        static final byte[] DEV = Ascii.of("dev=");
        static final byte[] DEPENDS_ON = Ascii.of(" depends on fence=");
        static final byte[] DEPENDS_UNSIGNALED = Ascii.of(" depends on unsignalled fence=");
        static final byte[] DRIVER = Ascii.of("driver=");
        static final byte[] TIMELINE = Ascii.of(" timeline=");
        static final byte[] FENCE_CONTEXT = Ascii.of(" context=");
        static final byte[] FENCE_SEQNO = Ascii.of(" seqno=");
        static final byte[] WAITS_ON = Ascii.of("waits on driver=");
        static final byte[] NAME = Ascii.of("name=");
        static final byte[] VALUE = Ascii.of(" value=");
    }
}
