package org.dmafence.inspect;

import org.dmafence.jobs.JobLife;

/** When a thread was last let run, and when it then got a CPU. */
final class ThreadClock {
    private long wokenNs = JobLife.NEVER;
    private long onCpuNs = JobLife.NEVER;
    private boolean waiting;
    private boolean running;

    /** It may run: only the first of {@code sched_waking} and {@code sched_wakeup} counts. */
    void woken(long timeNs) {
        if (!waiting && !running) {
            wokenNs = timeNs;
            waiting = true;
        }
    }

    /** It got a CPU. */
    void entered(long timeNs) {
        onCpuNs = timeNs;
        if (!waiting) {
            wokenNs = timeNs; // what woke it is not in the capture: no delay is known
        }
        waiting = false;
        running = true;
    }

    /** It left its CPU. One that would rather have stayed waits for the next. */
    void left(long timeNs, boolean stillRunnable) {
        running = false;
        if (stillRunnable) {
            wokenNs = timeNs;
            waiting = true;
        }
    }

    long wokenNs() {
        return running ? wokenNs : JobLife.NEVER;
    }

    long onCpuNs() {
        return running ? onCpuNs : JobLife.NEVER;
    }
}
