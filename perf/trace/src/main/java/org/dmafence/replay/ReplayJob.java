package org.dmafence.replay;

import java.util.Queue;
import org.dmafence.fairness.ServiceLog;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.ftrace.TraceJob;
import org.jspecify.annotations.Nullable;

/** A job in flight, and where its fences' callbacks leave the times they saw. */
final class ReplayJob {
    enum Event {
        RAN,
        SIGNALED,
        FINISHED
    }

    record Happened(ReplayJob job, Event event) {}

    static final long NEVER = Long.MIN_VALUE;

    final TraceJob trace;
    final LaneState lane;
    final long submittedNs;
    final ServiceLog.Job service;
    final Pipeline.Submission submission;
    private final Queue<Happened> events;

    /** Written by the callback on the hardware fence before the event is queued, read after it was polled. */
    long calledBackNs;

    /** From here on everything belongs to the replay's thread. */
    @Nullable DmaFence hardware;

    /** When the hardware was told that it is done; not for jobs that ended with a later one. */
    long completedNs = NEVER;

    /** The driver's fence has called us back, or never will. */
    boolean measured;

    boolean ran;
    boolean finished;
    boolean doneInTrace;

    /** Ended because too many were in flight, so how the trace's own ended is not known. */
    boolean givenUp;

    /** The position in the trace's order of runs on the ring, from 1; 0 while the trace has not run it. */
    long traceRun;

    ReplayJob(
            TraceJob trace,
            LaneState lane,
            long submittedNs,
            ServiceLog.Job service,
            Pipeline.Submission submission,
            Queue<Happened> events) {
        this.trace = trace;
        this.lane = lane;
        this.submittedNs = submittedNs;
        this.service = service;
        this.submission = submission;
        this.events = events;
    }

    /** Listens to the scheduler's two fences. */
    void observe() {
        listen(submission.scheduled(), Event.RAN);
        listen(submission.finished(), Event.FINISHED);
    }

    /** Listens to the driver's fence, which exists since the job ran. */
    void observeHardware(DmaFence fence) {
        hardware = fence;
        measured = !fence.addCallback(FenceCallback.of(f -> {
            calledBackNs = f.runtime().clock().nanoTime();
            events.add(new Happened(this, Event.SIGNALED));
        }));
    }

    private void listen(DmaFence fence, Event event) {
        if (!fence.addCallback(FenceCallback.of(f -> events.add(new Happened(this, event))))) {
            events.add(new Happened(this, event));
        }
    }

    /** Drops the references once nothing will be asked of the fences any more. */
    void releaseIfOver() {
        if (finished && (hardware == null || measured)) {
            submission.release();
        }
    }

    /** As the trace names it: number and entity, which is a context since Linux 6.17 and a pointer before. */
    @Override
    public String toString() {
        return Long.toUnsignedString(trace.id()) + " of " + entity(trace);
    }

    /** Who submitted a job: the client if the trace tells, the entity otherwise. */
    static String client(TraceJob trace) {
        return trace.clientId() > 0 ? "client " + trace.clientId() : "entity " + entity(trace);
    }

    private static String entity(TraceJob trace) {
        boolean context = trace.entity() == trace.finished().context();
        return context ? Long.toUnsignedString(trace.entity()) : "0x" + Long.toHexString(trace.entity());
    }
}
