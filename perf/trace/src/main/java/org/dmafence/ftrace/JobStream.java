package org.dmafence.ftrace;

import java.util.ArrayDeque;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of a trace into the steps of its replay, in the order of the file and in one pass.
 *
 * <pre>{@code
 * try (TraceReader reader = TraceReader.open(path)) {
 *     JobStream stream = new JobStream(reader);
 *     ReplayStep step;
 *     while ((step = stream.next()) != null) {
 *         ...
 *     }
 *     TraceSummary summary = stream.summary();
 * }
 * }</pre>
 *
 * <p>A {@link ReplayStep.JobSubmitted} carries the dependencies that the trace prints between the submission's line and
 * its run, so it is held back, and all steps behind it with it, until the job ran, ended, or lost its identity to
 * another. When {@link TraceLimits#heldSteps} are held, the oldest submission is released as it is, with a warning.
 *
 * <p>A trace without scheduler events is replayed from its drivers' events ({@link DriverJobs}), and without those from
 * its fences alone; {@link FenceStream} documents the rule. Whether that is so is decided when the first scheduler
 * event comes, the trace ends, or as many fence events as the look-ahead holds went by without one.
 *
 * <p>Not thread-safe.
 */
public final class JobStream {
    private final TraceReader reader;
    private final StreamState state;
    private final ArrayDeque<TraceEvent> undecided = new ArrayDeque<>();
    private @Nullable EventSink sink;
    private boolean ended;

    /** Streams a reader's events within the default limits. The reader stays the caller's to close. */
    public JobStream(TraceReader reader) {
        this(reader, TraceLimits.DEFAULT);
    }

    /** Streams a reader's events. The reader stays the caller's to close. */
    public JobStream(TraceReader reader, TraceLimits limits) {
        this.reader = reader;
        state = new StreamState(limits, reader.warnings());
    }

    /**
     * The next step; null at the end.
     *
     * @throws TraceFormatException reading fails, or it turns out that the input is no usable trace
     */
    public @Nullable ReplayStep next() throws TraceFormatException {
        while (true) {
            ReplayStep step = state.steps.poll();
            if (step != null) {
                return step;
            }
            Job blocking = state.steps.blocking();
            if (blocking != null) {
                release(blocking);
            } else if (ended) {
                return null;
            } else {
                advance();
            }
        }
    }

    private void release(Job job) {
        state.warnings.add(TraceWarning.LOOK_AHEAD_FULL, reader.counts().total, StreamState.describe(job));
        job.resolved = true;
    }

    private void advance() throws TraceFormatException {
        EventSink current = sink;
        if (current == null) {
            sink = decide();
            return;
        }
        TraceEvent event = undecided.isEmpty() ? reader.next() : undecided.poll();
        if (event == null) {
            current.end();
            ended = true;
            return;
        }
        if (event instanceof CpuEvent) {
            return;
        }
        if (!(current instanceof SchedulerStream s && s.scheduled()) && tellsMore(current, event)) {
            Stamp stamp = event.stamp();
            state.warn(
                    TraceWarning.LATE_SCHEDULER_EVENTS,
                    stamp,
                    "replayed from fences up to here, from jobs from here on");
            current.end();
            current = new SchedulerStream(state, event.isSchedulerEvent());
            sink = current;
        }
        current.accept(event);
    }

    /** Whether an event tells of jobs in a way the stream so far does not know. */
    private static boolean tellsMore(EventSink current, TraceEvent event) {
        return event.isSchedulerEvent() || (current instanceof FenceStream && event instanceof DriverJob);
    }

    /** Reads on until it is clear whether the trace has scheduler events. */
    private EventSink decide() throws TraceFormatException {
        boolean drivers = false;
        while (undecided.size() < state.limits.heldSteps()) {
            TraceEvent event = reader.next();
            if (event == null) {
                break;
            }
            if (event instanceof CpuEvent) {
                continue;
            }
            undecided.add(event);
            if (event.isSchedulerEvent()) {
                return new SchedulerStream(state, true);
            }
            drivers |= event instanceof DriverJob;
        }
        return drivers ? new SchedulerStream(state, false) : new FenceStream(state);
    }

    /** What was found up to now; complete once {@link #next} returned null. */
    public TraceSummary summary() {
        return state.summary(reader.file(), reader.counts());
    }
}
