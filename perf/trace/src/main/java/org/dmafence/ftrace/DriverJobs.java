package org.dmafence.ftrace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.ftrace.DriverJob.Family;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.FenceAction;
import org.dmafence.ftrace.TraceSummary.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that only their drivers' own events tell of. Where an event names its fence's context, that and the seqno
 * are the job's identity, and the fence's signal is its end. Otherwise the driver's own number is, on its device and
 * ring.
 *
 * <p>A job whose submission is not in the capture is taken as submitted when it runs: which job it is, is known all the
 * same.
 */
final class DriverJobs {
    private static final int MAX_RINGS = 4096;

    /** What a driver calls a job whose fence's context it does not tell. */
    private record Key(Family family, String device, String ring, long number, long pointer) {}

    private final StreamState state;
    private final Map<Key, Job> named;
    private final Map<String, List<String>> devicesOfRing = new HashMap<>();

    DriverJobs(StreamState state) {
        this.state = state;
        int capacity = state.limits.runningJobs();
        named = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Job> eldest) {
                return size() > capacity;
            }
        };
    }

    void accept(DriverJob e) {
        state.dialects.add(Dialect.DRIVER);
        switch (e.action()) {
            case SUBMITTED -> submitted(e);
            case CREATED, READY, PREEMPTED, FAILED -> {
                // Between a job's submission and its end the replay has a mind of its own.
            }
            case RUN -> ran(e);
            case DONE -> done(e);
            case RETIRED -> retired(e);
            case WAIT_BEGIN, WAIT_END -> waiting(e);
        }
    }

    private void submitted(DriverJob e) {
        Job previous = find(e);
        if (previous != null && previous.ran && !previous.ended()) {
            return; // the oldest i915 tells of the submission after the run
        }
        if (previous != null) {
            state.supersede(e.stamp(), previous);
        }
        create(e);
    }

    private Job create(DriverJob e) {
        RingId ring = state.ring(e.stamp(), new RingId(device(e), e.ring()));
        boolean identified = e.context() != FenceIdentity.UNKNOWN;
        long client = e.client() >= 0 ? e.client() : -1;
        long entity =
                identified ? e.context() : client >= 0 ? client : e.stamp().pid();
        Job job = new Job(state.nextKey(), e.stamp().timeNs(), ring, entity, e.id(), client, 0, 0, 0, true);
        if (identified) {
            state.identify(e.stamp(), job, e.context(), e.seqno(), e.family() == Family.AMDGPU);
        } else {
            named.put(key(e), job);
        }
        state.submit(e.stamp(), job);
        return job;
    }

    private void ran(DriverJob e) {
        Job job = find(e);
        if (job != null && job.ran && !job.ended() && !tellsOfSubmissions(e.family())) {
            state.supersede(e.stamp(), job);
            job = null;
        }
        if (job == null || job.ended()) {
            if (tellsOfSubmissions(e.family())) {
                state.warn(TraceWarning.RUN_OF_UNKNOWN_JOB, e.stamp(), describe(e));
            }
            job = create(e);
        }
        if (e.priority() != 0) {
            job.priority = e.priority();
        }
        if (!job.ran || e.family() != Family.I915) { // i915 hands a job over again after it preempted it
            state.run(e.stamp(), job);
        }
    }

    private static boolean tellsOfSubmissions(Family family) {
        return family != Family.V3D && family != Family.VIRTIO;
    }

    private void done(DriverJob e) {
        Job job = find(e);
        if (job == null) {
            state.warn(TraceWarning.DONE_OF_UNKNOWN_JOB, e.stamp(), describe(e));
        } else {
            end(e, job);
        }
    }

    private void retired(DriverJob e) {
        Job job = find(e);
        if (job != null) {
            end(e, job);
        }
    }

    /** The first that tells of the end is right; the others are late. */
    private void end(DriverJob e, Job job) {
        if (!job.ended()) {
            if (!job.ran) {
                state.run(e.stamp(), job);
            }
            state.done(e.stamp(), job);
        }
        if (e.context() == FenceIdentity.UNKNOWN || e.family() == Family.XE) {
            named.remove(key(e), job);
        }
    }

    private void waiting(DriverJob e) {
        if (e.context() != FenceIdentity.UNKNOWN) {
            boolean begins = e.action() == DriverJob.Action.WAIT_BEGIN;
            FenceAction action = begins ? FenceAction.WAIT_START : FenceAction.WAIT_END;
            state.waiting(new DmaFence(e.stamp(), action, "i915", e.ring(), e.context(), e.seqno()), begins);
        }
    }

    private @Nullable Job find(DriverJob e) {
        return e.context() != FenceIdentity.UNKNOWN && e.family() != Family.XE
                ? state.jobs.byFinished(e.context(), e.seqno())
                : named.get(key(e));
    }

    private static Key key(DriverJob e) {
        return switch (e.family()) {
            case XE -> new Key(Family.XE, "", "", e.seqno(), e.pointer());
            case MSM -> new Key(Family.MSM, "", e.ring(), e.id(), e.client());
            default -> new Key(e.family(), e.device(), e.ring(), e.seqno(), 0);
        };
    }

    /** Two rings of one name with different pointers are two devices', which the events do not name. */
    private String device(DriverJob e) {
        if (e.family() != Family.AMDGPU || e.device().isEmpty()) {
            return e.device();
        }
        if (devicesOfRing.size() >= MAX_RINGS && !devicesOfRing.containsKey(e.ring())) {
            return "";
        }
        List<String> pointers = devicesOfRing.computeIfAbsent(e.ring(), r -> new ArrayList<>(1));
        int index = pointers.indexOf(e.device());
        if (index < 0 && pointers.size() < MAX_RINGS) {
            index = pointers.size();
            pointers.add(e.device());
        }
        return index <= 0 ? "" : "card" + index;
    }

    private static String describe(DriverJob e) {
        return "job " + Long.toUnsignedString(e.id()) + " of ring " + e.ring();
    }
}
