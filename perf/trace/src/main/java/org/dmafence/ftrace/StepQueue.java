package org.dmafence.ftrace;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Steps in the order of the file, held back behind the oldest submission whose dependencies may not all be known yet. A
 * submission is in the queue as its {@link Job}, and becomes a step when it leaves.
 */
final class StepQueue {
    private final int capacity;
    private final ArrayDeque<Object> queue = new ArrayDeque<>();
    private int peak;

    StepQueue(int capacity) {
        this.capacity = capacity;
    }

    void add(ReplayStep step) {
        append(step);
    }

    void addSubmission(Job job) {
        append(job);
    }

    private void append(Object item) {
        queue.addLast(item);
        peak = Math.max(peak, queue.size());
    }

    /** The submission everything waits for although the queue is full; null when there is none. */
    @Nullable Job blocking() {
        return queue.size() >= capacity && queue.peekFirst() instanceof Job job && !job.resolved ? job : null;
    }

    /** The next step that may leave; null when there is none, or the first is a submission that is held. */
    @Nullable ReplayStep poll() {
        Object first = queue.peekFirst();
        if (first instanceof Job job) {
            if (!job.resolved) {
                return null;
            }
            queue.removeFirst();
            job.released = true;
            if (job.ranAtSubmission) {
                queue.addFirst(new ReplayStep.JobRan(job.submittedNs, job.key));
            }
            return new ReplayStep.JobSubmitted(job.submittedNs, job.describe());
        }
        queue.pollFirst();
        return (ReplayStep) first;
    }

    /** All submissions in the queue, oldest first. */
    Iterable<Job> submissions() {
        return queue.stream().filter(Job.class::isInstance).map(Job.class::cast).toList();
    }

    int peak() {
        return peak;
    }
}
