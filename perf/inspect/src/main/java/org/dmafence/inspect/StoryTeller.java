package org.dmafence.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.dmafence.ftrace.DriverJob;
import org.dmafence.ftrace.TraceEvent;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobAddDep;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobDone;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobQueue;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobRun;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobUnschedulable;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobWaitDep;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.inspect.Story.Moment;
import org.jspecify.annotations.Nullable;

/** Collects all that a capture has of one fence, and of the job that it is of. */
final class StoryTeller {
    private static final int MOST = 500;

    private final FenceName fence;
    private final List<Moment> moments = new ArrayList<>();
    private final List<WaitStory> waits = new ArrayList<>();
    private @Nullable JobStory job;
    private long leftOut;

    StoryTeller(FenceName fence) {
        this.fence = fence;
    }

    void see(TraceEvent event) {
        if (event instanceof DmaFence e) {
            if (is(e.context(), e.seqno())) {
                add(e.stamp(), words(e) + of(e));
            } else if (FenceName.key(e.context(), e.seqno())
                            == fence.scheduled().key()
                    && FenceName.isSchedulers(e.driver())) {
                add(e.stamp(), "its scheduled fence " + words(e));
            }
        } else if (event instanceof DrmSchedJobQueue e && is(e.context(), e.seqno())) {
            add(e.stamp(), "submitted to " + e.ring() + ", with " + e.jobCount() + " before it in its queue");
        } else if (event instanceof DrmSchedJobRun e && is(e.context(), e.seqno())) {
            add(e.stamp(), "handed to the hardware, " + e.ring());
        } else if (event instanceof DrmSchedJobDone e && is(e.context(), e.seqno())) {
            add(e.stamp(), "the hardware is done with it");
        } else if (event instanceof DrmSchedJobAddDep e) {
            depends(e.stamp(), e.context(), e.seqno(), e.depContext(), e.depSeqno());
        } else if (event instanceof DrmSchedJobUnschedulable e) {
            depends(e.stamp(), e.context(), e.seqno(), e.depContext(), e.depSeqno());
        } else if (event instanceof DrmSchedJobWaitDep e && is(e.context(), e.seqno())) {
            add(e.stamp(), "a job of " + e.ring() + " waits for it");
        } else if (event instanceof DriverJob e && is(e.context(), e.seqno())) {
            add(e.stamp(), words(e) + ", " + e.ring());
        }
    }

    private boolean is(long context, long seqno) {
        return FenceName.key(context, seqno) == fence.key();
    }

    private void depends(Stamp stamp, long context, long seqno, long depContext, long depSeqno) {
        if (is(context, seqno)) {
            add(stamp, "depends on " + new FenceName(depContext, depSeqno));
        } else if (is(depContext, depSeqno)) {
            add(stamp, new FenceName(context, seqno) + " depends on it");
        }
    }

    private static String words(DmaFence e) {
        return switch (e.action()) {
            case INIT -> "is made";
            case DESTROY -> "is gone";
            case EMIT -> "is on its way in the hardware";
            case ENABLE_SIGNAL -> "is asked to signal by itself";
            case SIGNALED -> "signals";
            case WAIT_START -> "is waited for";
            case WAIT_END -> "is no longer waited for";
        };
    }

    private static String of(DmaFence e) {
        return e.driver().isEmpty() && e.timeline().isEmpty() ? "" : " (" + e.driver() + "/" + e.timeline() + ")";
    }

    private static String words(DriverJob e) {
        return switch (e.action()) {
            case CREATED -> "made";
            case SUBMITTED -> "submitted";
            case READY -> "ready to run";
            case RUN -> "handed to the hardware";
            case PREEMPTED -> "taken from the hardware";
            case DONE -> "the hardware is done with it";
            case RETIRED -> "retired";
            case FAILED -> "given up";
            case WAIT_BEGIN -> "is waited for";
            case WAIT_END -> "is no longer waited for";
        };
    }

    private void add(Stamp stamp, String what) {
        if (moments.size() < MOST) {
            moments.add(new Moment(stamp.timeNs(), stamp.cpu(), stamp.task() + "-" + stamp.pid(), what));
        } else {
            leftOut++;
        }
    }

    void job(JobStory story) {
        FenceName name = FenceName.parse(story.fence());
        if (name != null
                && (name.key() == fence.key()
                        || (job == null && name.scheduled().key() == fence.key()))) {
            job = story;
        }
    }

    void waited(WaitStory wait) {
        FenceName name = FenceName.parse(wait.fence());
        if (name != null && name.key() == fence.key() && waits.size() < MOST) {
            waits.add(wait);
        }
    }

    Story story() {
        moments.sort(Comparator.comparingLong(Moment::timeNs));
        return new Story(fence.toString(), job, List.copyOf(waits), List.copyOf(moments), leftOut);
    }
}
