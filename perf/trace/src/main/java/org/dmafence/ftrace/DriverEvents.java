package org.dmafence.ftrace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmafence.capture.Fields;
import org.dmafence.ftrace.DriverJob.Action;
import org.dmafence.ftrace.DriverJob.Family;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link DriverJob}s of the drivers' own events, in all the words they had over the years. Printed and binary
 * forms share most names; where they don't, both are looked for.
 */
final class DriverEvents {
    private static final long UNKNOWN = FenceIdentity.UNKNOWN;

    private static final Pattern DUMP = Pattern.compile("^(\\S+) (\\S+): fence ([0-9a-f]{1,16}):([0-9]{1,18})\\b");

    private String missing = "";

    /** Why the last {@link #parse} that returned null did. */
    String reason() {
        return "\"" + missing + "\" is missing";
    }

    static boolean knows(String event) {
        return switch (event) {
            case "amdgpu_cs_ioctl",
                    "amdgpu_sched_run_job",
                    "i915_request_queue",
                    "i915_request_add",
                    "i915_request_submit",
                    "i915_request_execute",
                    "i915_request_in",
                    "i915_request_out",
                    "i915_request_retire",
                    "i915_request_wait_begin",
                    "i915_request_wait_end",
                    "i915_gem_request_add",
                    "i915_gem_request_submit",
                    "i915_gem_request_execute",
                    "i915_gem_request_in",
                    "i915_gem_request_out",
                    "i915_gem_request_complete",
                    "i915_gem_request_retire",
                    "i915_gem_request_wait_begin",
                    "i915_gem_request_wait_end",
                    "i915_gem_ring_dispatch",
                    "__i915_request_commit",
                    "__i915_request_submit",
                    "__i915_request_unsubmit",
                    "xe_sched_job_create",
                    "xe_sched_job_exec",
                    "xe_sched_job_run",
                    "xe_sched_job_free",
                    "xe_sched_job_timedout",
                    "xe_sched_job_ban",
                    "xe_hw_fence_create",
                    "xe_hw_fence_signal",
                    "msm_gpu_submit",
                    "msm_gpu_submit_flush",
                    "msm_gpu_submit_retired",
                    "v3d_submit_cl",
                    "v3d_submit_tfu",
                    "v3d_submit_csd",
                    "v3d_bcl_irq",
                    "v3d_rcl_irq",
                    "v3d_tfu_irq",
                    "v3d_csd_irq",
                    "virtio_gpu_cmd_queue",
                    "virtio_gpu_cmd_response" -> true;
            default -> false;
        };
    }

    /** An event of a driver; null when what names its job is missing, or the words are another event's of that name. */
    @Nullable TraceEvent parse(String event, Stamp stamp, Fields f) {
        missing = "";
        TraceEvent parsed;
        if (event.startsWith("amdgpu_")) {
            parsed = amdgpu(stamp, event.equals("amdgpu_cs_ioctl") ? Action.SUBMITTED : Action.RUN, f);
        } else if (event.startsWith("__i915_") || (event.startsWith("i915_") && isDump(f))) {
            parsed = dumped(stamp, event, f);
        } else if (event.startsWith("i915_")) {
            parsed = i915(stamp, i915Action(event.substring(event.lastIndexOf('_') + 1), f), f);
        } else if (event.startsWith("xe_")) {
            parsed = xe(stamp, event, f);
        } else if (event.startsWith("msm_")) {
            parsed = msm(stamp, event, f);
        } else if (event.startsWith("v3d_")) {
            parsed = v3d(stamp, event, f);
        } else {
            parsed = virtio(stamp, event.endsWith("response") ? Action.DONE : Action.RUN, f);
        }
        return missing.isEmpty() ? parsed : null;
    }

    /** Since 6.17 {@code fence=CONTEXT:SEQNO} is printed, and before, a pointer is recorded under that name. */
    private DriverJob amdgpu(Stamp stamp, Action action, Fields f) {
        boolean pair = f instanceof TextFields text && text.isPair("fence", ':');
        long context;
        long seqno;
        if (pair) {
            context = f.number("fence");
            seqno = ((TextFields) f).second("fence", ':');
        } else {
            context = number(f, "context", "fence_context");
            seqno = number(f, "seqno", "fence_seqno");
        }
        long id = f.has("sched_job") ? f.number("sched_job") : f.has("sched_job_id") ? f.number("sched_job_id") : seqno;
        String ring = text(f, "timeline");
        String name = f.text("ring_name"); // a pointer before 4.18, and the only sign of the device
        return new DriverJob(
                stamp, Family.AMDGPU, action, name.equals(ring) ? "" : name, ring, context, seqno, id, -1, 0, 0, -1);
    }

    private static boolean isDump(Fields f) {
        return f instanceof TextFields text && !f.has("seqno") && text.mentions(": fence ");
    }

    /**
     * i915's own dump, which names the function: {@code 0000:00:02.0 vcs1: fence b:6, current 6}, the context in
     * hexadecimal.
     */
    private @Nullable DriverJob dumped(Stamp stamp, String event, Fields f) {
        Matcher words = f instanceof TextFields text ? DUMP.matcher(text.all()) : null;
        if (words == null || !words.find()) {
            missing = "fence";
            return null;
        }
        Action action = switch (event) {
            case "__i915_request_commit" -> Action.SUBMITTED;
            case "__i915_request_submit" -> Action.RUN;
            case "__i915_request_unsubmit" -> Action.PREEMPTED;
            default -> Action.RETIRED;
        };
        long seqno = Long.parseLong(words.group(4));
        long context = Long.parseUnsignedLong(words.group(3), 16);
        return new DriverJob(
                stamp, Family.I915, action, words.group(1), words.group(2), context, seqno, seqno, -1, 0, 0, -1);
    }

    private static boolean isZero(Fields f, String name) {
        return f.has(name) && f.number(name) == 0;
    }

    private static Action i915Action(String word, Fields f) {
        return switch (word) {
            case "queue" -> Action.CREATED;
            case "add" -> Action.SUBMITTED;
            case "submit" -> Action.READY;
            case "execute", "in", "dispatch" -> Action.RUN;
            case "out" -> isZero(f, "completed") || isZero(f, "completed?") ? Action.PREEMPTED : Action.DONE;
            case "complete" -> Action.DONE;
            case "retire" -> Action.RETIRED;
            case "begin" -> Action.WAIT_BEGIN;
            default -> Action.WAIT_END;
        };
    }

    /**
     * The engine is {@code class:instance} since 4.19, and was a number called ring before; so was the fence's context.
     */
    private DriverJob i915(Stamp stamp, Action action, Fields f) {
        String engine;
        if (f.has("engine")) {
            engine = f.text("engine");
        } else if (f.has("class")) {
            engine = f.number("class") + ":" + f.number("instance");
        } else {
            engine = "ring " + number(f, "ring", "ring");
        }
        long context = f.has("ctx") ? f.number("ctx") : UNKNOWN;
        long seqno = number(f, "seqno", "seqno");
        return new DriverJob(
                stamp,
                Family.I915,
                action,
                f.has("dev") ? "card" + f.number("dev") : "",
                engine,
                context,
                seqno,
                seqno,
                -1,
                0,
                priority(f),
                -1);
    }

    /** Only {@code i915_request_in} tells it: 32 bits, signed. */
    private static int priority(Fields f) {
        return f.has("prio") ? (int) f.number("prio") : 0;
    }

    private DriverJob xe(Stamp stamp, String event, Fields f) {
        Action action = switch (event) {
            case "xe_sched_job_create", "xe_hw_fence_create" -> Action.CREATED;
            case "xe_sched_job_exec" -> Action.SUBMITTED;
            case "xe_sched_job_run" -> Action.RUN;
            case "xe_hw_fence_signal" -> Action.DONE;
            case "xe_sched_job_free" -> Action.RETIRED;
            default -> Action.FAILED;
        };
        long seqno = number(f, "seqno", "seqno");
        String ring = f.has("guc_id") ? "queue " + f.number("guc_id") : "";
        return new DriverJob(
                stamp,
                Family.XE,
                action,
                f.text("dev"),
                f.has("gt") ? "gt" + f.number("gt") + " " + ring : ring,
                f.has("ctx") ? f.number("ctx") : UNKNOWN,
                seqno,
                seqno,
                -1,
                number(f, "fence", "fence"),
                0,
                -1);
    }

    /** A ring is printed as {@code ring=0:seqno} once a seqno is known. */
    private DriverJob msm(Stamp stamp, String event, Fields f) {
        Action action =
                event.endsWith("flush") ? Action.RUN : event.endsWith("retired") ? Action.DONE : Action.SUBMITTED;
        long id = number(f, "id", "id");
        if (action == Action.DONE) {
            number(f, "elapsed", "elapsed"); // without it the line was broken
        }
        return new DriverJob(
                stamp,
                Family.MSM,
                action,
                "",
                "ring" + number(f, "ring", "ringid"),
                UNKNOWN,
                f.has("seqno") ? f.number("seqno") : f instanceof TextFields text ? text.second("ring", ':') : 0,
                id,
                number(f, "pid", "pid"),
                0,
                0,
                f.has("elapsed") ? f.number("elapsed") : -1);
    }

    private DriverJob v3d(Stamp stamp, String event, Fields f) {
        String queue;
        if (event.equals("v3d_submit_cl")) {
            boolean render = f instanceof TextFields text ? text.mentions("RCL") : f.number("is_render") != 0;
            queue = render ? "rcl" : "bcl";
        } else {
            queue = event.endsWith("_irq") ? event.substring(4, 7) : event.substring("v3d_submit_".length());
        }
        long seqno = number(f, "seqno", "seqno");
        return new DriverJob(
                stamp,
                Family.V3D,
                event.endsWith("_irq") ? Action.DONE : Action.RUN,
                "card" + number(f, "dev", "dev"),
                queue,
                UNKNOWN,
                seqno,
                seqno,
                -1,
                0,
                0,
                -1);
    }

    private DriverJob virtio(Stamp stamp, Action action, Fields f) {
        boolean hasSeqno = f.has("seqno") || f.has("num_free"); // which came together
        long seqno = hasSeqno ? number(f, "seqno", "seqno") : number(f, "fence_id", "fence_id");
        return new DriverJob(
                stamp,
                Family.VIRTIO,
                action,
                "virtio" + number(f, "vdev", "dev"),
                "vq" + number(f, "vq", "vq"),
                UNKNOWN,
                seqno,
                seqno,
                -1,
                0,
                0,
                -1);
    }

    private long number(Fields f, String name, String otherwise) {
        if (f.has(name)) {
            return f.number(name);
        }
        if (!f.has(otherwise) && missing.isEmpty()) {
            missing = name;
        }
        return f.number(otherwise);
    }

    private String text(Fields f, String name) {
        if (!f.has(name) && missing.isEmpty()) {
            missing = name;
        }
        return f.text(name);
    }
}
