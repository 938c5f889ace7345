package org.dmafence.sched;

/**
 * How much of the hardware's time an entity has had, for {@link SchedulerPolicy#FAIR}. Kernel counterpart:
 * {@code struct drm_sched_entity_stats}. Any thread may use it: an entity that moved to another scheduler still has
 * jobs of the former one to account for.
 */
public final class EntityStats {
    private final TimeAverage average = new TimeAverage();
    private long runtimeNs;
    private long accountedNs;
    private long vruntimeNs;

    EntityStats() {}

    /** What its freed jobs took on the hardware, together. */
    public synchronized long runtimeNs() {
        return runtimeNs;
    }

    /**
     * Its virtual time: hardware time, weighted by priority. While it has jobs queued, its place in the run queue;
     * while it has none, what it is ahead of the least served one.
     */
    public synchronized long vruntimeNs() {
        return vruntimeNs;
    }

    /**
     * What a job of it takes, in microseconds, as a moving average; unsigned. As in the kernel it is far too large for
     * a while after a job that ended before the one ahead of it on the ring, for an error perhaps.
     */
    public synchronized long averageJobUs() {
        return average.us();
    }

    synchronized void vruntimeNs(long ns) {
        vruntimeNs = ns;
    }

    /** Adds jobs in the order in which they were freed. */
    synchronized void addJobs(long[] hardwareNs, int count) {
        for (int i = 0; i < count; i++) {
            runtimeNs += hardwareNs[i];
            average.add(hardwareNs[i]);
        }
    }

    /** Adds the time since the last call to the virtual time. */
    synchronized long advance(SchedulerPriority priority) {
        vruntimeNs += priority.weigh(runtimeNs - accountedNs);
        accountedNs = runtimeNs;
        return vruntimeNs;
    }
}
