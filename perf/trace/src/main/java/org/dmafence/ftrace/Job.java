package org.dmafence.ftrace;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.ftrace.FenceRef.Dependency;
import org.dmafence.ftrace.FenceRef.Finished;
import org.jspecify.annotations.Nullable;

/** A job while its trace is being read: what is known so far, and how far it came. */
final class Job {
    final long key;
    final long submittedNs;
    final RingId ring;
    final long id;
    final long clientId;
    final long pointer;
    final long jobCount;
    final long hwJobCount;
    long entity;
    long context = FenceIdentity.UNKNOWN;
    long seqno;

    /** 0 for normal, and while nothing tells. */
    int priority;

    /** Whether the fence one context before the finished one is this job's scheduled fence. */
    boolean hasScheduledFence;

    private final List<Dependency> dependencies = new ArrayList<>(2);
    private final List<ForeignFence> foreign = new ArrayList<>(1);

    /** The look-ahead for this job is over: it ran, ended, or its identity went to another. */
    boolean resolved;

    /** Its submission was handed to the replay. */
    boolean released;

    boolean ran;

    /** The replay is told that it ran right at its submission. */
    boolean ranAtSubmission;

    boolean done;
    boolean doneBeforeRun;
    boolean finishedSignaled;
    boolean superseded;

    /** Made from fence events, so that its fence's signal is its completion. */
    final boolean fromFence;

    /** Foreign fences that turned out to be this job's, which was submitted after the job that depends on it. */
    @Nullable ForeignFence forwardFinished;

    @Nullable ForeignFence forwardScheduled;

    Job(
            long key,
            long submittedNs,
            RingId ring,
            long entity,
            long id,
            long clientId,
            long pointer,
            long jobCount,
            long hwJobCount,
            boolean fromFence) {
        this.key = key;
        this.submittedNs = submittedNs;
        this.ring = ring;
        this.entity = entity;
        this.id = id;
        this.clientId = clientId;
        this.pointer = pointer;
        this.jobCount = jobCount;
        this.hwJobCount = hwJobCount;
        this.fromFence = fromFence;
    }

    boolean identified() {
        return context != FenceIdentity.UNKNOWN;
    }

    boolean ended() {
        return done || doneBeforeRun || finishedSignaled || superseded;
    }

    /** Adds a dependency on a job; false when it is there already, be it in its stricter, finished form. */
    boolean addDependency(Dependency dependency) {
        boolean implied = dependency instanceof FenceRef.Scheduled scheduled
                && dependencies.contains(new Finished(scheduled.jobKey()));
        if (implied || dependencies.contains(dependency)) {
            return false;
        }
        dependencies.add(dependency);
        return true;
    }

    boolean dependsOn(ForeignFence fence) {
        return foreign.contains(fence);
    }

    void addForeign(ForeignFence fence) {
        foreign.add(fence);
        dependencies.add(fence.reference());
    }

    List<ForeignFence> foreignFences() {
        return foreign;
    }

    TraceJob describe() {
        return new TraceJob(
                key,
                ring,
                entity,
                id,
                clientId,
                priority,
                new FenceIdentity(pointer, context, seqno),
                jobCount,
                hwJobCount,
                List.copyOf(dependencies));
    }
}
