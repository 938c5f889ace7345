package org.dmafence.sched;

/**
 * How urgent an entity's jobs are, the most urgent first. Kernel counterpart: {@code enum drm_sched_priority}.
 *
 * <p>With {@link SchedulerPolicy#RR} and {@link SchedulerPolicy#FIFO} each priority has a run queue of its own and the
 * lower ones are served when no higher one has anything ready; with {@link SchedulerPolicy#FAIR} it weighs the time
 * used.
 */
public enum SchedulerPriority {
    /** The driver's own work; never found guilty of a hang. */
    KERNEL(0, 1),
    HIGH(1, 2),
    NORMAL(2, 4),
    LOW(3, 7);

    /** How many there are. */
    public static final int COUNT = 4;

    private final int level;
    private final int shift;

    SchedulerPriority(int level, int shift) {
        this.level = level;
        this.shift = shift;
    }

    /** The kernel's number for it, 0 for the most urgent. */
    public int level() {
        return level;
    }

    /** The priority with a number from 0 to {@value #COUNT} - 1. */
    public static SchedulerPriority ofLevel(int level) {
        for (SchedulerPriority priority : values()) {
            if (priority.level == level) {
                return priority;
            }
        }
        throw new IllegalArgumentException("priority " + level + "; use 0 to " + (COUNT - 1));
    }

    /** An amount of hardware time as it counts for {@link SchedulerPolicy#FAIR}. */
    long weigh(long amount) {
        return amount << shift;
    }
}
