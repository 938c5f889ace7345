package org.dmafence.sched;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that the hardware has, in the order of handing out; freed strictly in that order, for a driver's job may
 * lean on an earlier one's memory. Kernel counterpart: {@code pending_list} and the free worker.
 */
final class PendingJobs {
    private final Core core;
    private final JobDeque jobs = new JobDeque();
    private final JobIds ids = new JobIds(this::forEachUnfreed);

    /**
     * Taken off for a timeout that the driver answered without putting them back; freed when they end. The kernel leaks
     * them.
     */
    private final Set<SchedulerJob> strays = new LinkedHashSet<>();

    /** Whose jobs' times are to be told. */
    private @Nullable EntityStats accounted;

    private final long[] untoldNs = new long[64];
    private int untold;

    PendingJobs(Core core) {
        this.core = core;
    }

    boolean isEmpty() {
        return jobs.isEmpty();
    }

    List<SchedulerJob> all() {
        List<SchedulerJob> all = new ArrayList<>(jobs.size());
        jobs.forEach(all::add);
        return all;
    }

    int size() {
        return jobs.size();
    }

    SchedulerJob get(int index) {
        return jobs.get(index);
    }

    /** Takes the job at a place off the list. */
    void remove(int index) {
        jobs.get(index).pending = false;
        jobs.remove(index);
    }

    /** All that were handed out and are not freed. */
    private void forEachUnfreed(Consumer<SchedulerJob> action) {
        jobs.forEach(action);
        strays.forEach(action);
        SchedulerJob askedAbout = core.timeouts.askedAbout();
        if (askedAbout != null && !askedAbout.pending && !askedAbout.freed && !strays.contains(askedAbout)) {
            action.accept(askedAbout);
        }
    }

    /** False if another job of its id was handed out and has not ended. */
    boolean add(SchedulerJob job) {
        boolean alone = ids.add(job);
        jobs.addLast(job);
        job.pending = true;
        return alone;
    }

    /** Forgets a job that is freed. */
    void removeId(SchedulerJob job) {
        ids.remove(job);
    }

    /** Puts a job back that was taken off for a timeout; does nothing if it is back, or freed. */
    void addFirst(SchedulerJob job) {
        if (!job.pending && !job.freed) {
            jobs.addFirst(job);
            strays.remove(job);
            job.pending = true;
        }
    }

    @Nullable SchedulerJob peekFirst() {
        return jobs.peekFirst();
    }

    /** Takes off the job that the hardware has had the longest. */
    @Nullable SchedulerJob takeFirst() {
        SchedulerJob first = jobs.pollFirst();
        if (first != null) {
            first.pending = false;
        }
        return first;
    }

    /** Takes a job off the list, or the strays, if it is there. */
    void remove(SchedulerJob job) {
        if (job.pending) {
            jobs.remove(job);
            job.pending = false;
        }
        strays.remove(job);
    }

    /** Frees a job that is off the list as soon as it has ended. */
    void stray(SchedulerJob job) {
        if (job.pending || job.freed) {
            return;
        }
        if (job.done) {
            core.free(job);
        } else {
            strays.add(job);
        }
    }

    /** The jobs that are off the list and have not ended. */
    List<SchedulerJob> strays() {
        return List.copyOf(strays);
    }

    /** The free worker: frees what has finished at the front of the list. */
    void freeFinished() {
        if (!strays.isEmpty()) {
            strays.removeIf(job -> {
                if (job.done) {
                    core.free(job);
                }
                return job.done;
            });
        }
        for (SchedulerJob first = jobs.peekFirst();
                first != null && first.finished().isSignaled();
                first = jobs.peekFirst()) {
            core.onDone(first);
            takeFirst();
            handOverTime(first);
            account(first);
            core.free(first);
        }
        tellAccounts();
    }

    /** Adds up what a job had of the hardware; its entity is told of several jobs at a time. */
    private void account(SchedulerJob job) {
        long ns = hardwareTimeNs(job);
        core.average.add(ns);
        EntityStats stats = job.entity().stats();
        if (accounted != stats) {
            tellAccounts();
            accounted = stats;
        } else if (untold == untoldNs.length) {
            tellAccounts();
        }
        untoldNs[untold++] = ns;
    }

    private void tellAccounts() {
        if (accounted != null && untold != 0) {
            accounted.addJobs(untoldNs, untold);
            untold = 0;
        }
    }

    /** The hardware begins with the next job when this one has finished; so does the time until it counts as hung. */
    private void handOverTime(SchedulerJob finished) {
        core.timeouts.cancel();
        SchedulerJob next = jobs.peekFirst();
        if (next != null) {
            next.fence().moveScheduled(finished.finished().timestampNs());
            core.timeouts.restart();
        }
    }

    /** What a job had of the hardware. */
    private static long hardwareTimeNs(SchedulerJob job) {
        return job.finished().timestampNs() - job.scheduled().timestampNs();
    }

    /** Empties the list. */
    List<SchedulerJob> takeListed() {
        List<SchedulerJob> all = all();
        while (takeFirst() != null) {}
        return all;
    }

    /** Empties the list and the strays. */
    List<SchedulerJob> takeAll() {
        List<SchedulerJob> all = new ArrayList<>(takeListed());
        all.addAll(strays);
        strays.clear();
        return all;
    }
}
