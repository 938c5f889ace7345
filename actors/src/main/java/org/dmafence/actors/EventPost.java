package org.dmafence.actors;

import org.dmafence.actors.inbox.Inbox;
import org.dmafence.sched.FinishedJobs;
import org.dmafence.sched.SchedulerEvent;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;

/**
 * How a scheduler's events get into its inbox. Any thread posts; what the engine's thread ends in a batch goes in
 * together, and rings once.
 */
final class EventPost {
    /** How many jobs the engine ends before it lets the scheduler know, so that the two work at the same time. */
    private static final int FINISHED_AT_ONCE = 64;

    private final EngineLink link;
    private final Inbox<SchedulerEvent> inbox;

    /** Jobs that the engine's thread has ended in its batch. That thread's alone. */
    private @Nullable FinishedJobs finished;

    EventPost(EngineLink link, Inbox<SchedulerEvent> inbox) {
        this.link = link;
        this.inbox = inbox;
        link.onBatchEnd(this::endBatch);
    }

    void post(SchedulerEvent event) {
        if (!link.isInBatch()) {
            add(event);
            inbox.ring();
        } else if (!(event instanceof SchedulerJob job)) {
            addFinished();
            add(event);
        } else if (finished == null) {
            begin(job);
        } else {
            finished.add(job);
            if (finished.count() == FINISHED_AT_ONCE) {
                addFinished();
            }
        }
    }

    private void begin(SchedulerJob job) {
        try {
            finished = new FinishedJobs(job);
        } catch (OutOfMemoryError e) {
            add(job); // there is a place for each
        }
    }

    private void endBatch() {
        addFinished();
        inbox.ring();
    }

    private void addFinished() {
        FinishedJobs jobs = finished;
        if (jobs != null) {
            finished = null;
            add(jobs);
        }
    }

    private void add(SchedulerEvent event) {
        if (!inbox.append(event)) {
            throw noRoom(event);
        }
    }

    /** An inbox is full, which can't be. */
    static IllegalStateException noRoom(Object item) {
        return new IllegalStateException(
                "an inbox has no room for " + item + ", though each unfinished job owns a place: please report this");
    }
}
