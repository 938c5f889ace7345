package org.dmafence.sched;

import java.util.Collection;
import org.agrona.collections.LongHashSet;

/**
 * The ids of the jobs that the hardware has: two with one id would be mistaken for each other when one of them hangs or is
 * completed by hand. The host's alone.
 *
 * <p>An id may come again as soon as its job has ended, which the host hears of later. So ids may be there twice for a while;
 * only then the jobs themselves are looked at.
 */
final class JobIds {
    private final LongHashSet ids = new LongHashSet();

    /** How many jobs have an id that another one has as well. */
    private int repeated;

    /**
     * Takes in a job's id.
     *
     * @param others the jobs that were taken in, with or without this one
     * @return false if one of them has that id and has not ended
     */
    boolean add(SchedulerJob job, Collection<SchedulerJob> others) {
        long id = job.work().id();
        if (ids.add(id)) {
            return true;
        }
        repeated++;
        for (SchedulerJob other : others) {
            if (other != job && other.work().id() == id && !other.isEnded()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Drops a job's id.
     *
     * @param others as for {@link #add}
     */
    void remove(SchedulerJob job, Collection<SchedulerJob> others) {
        long id = job.work().id();
        if (repeated != 0) {
            for (SchedulerJob other : others) {
                if (other != job && other.work().id() == id) {
                    repeated--;
                    return;
                }
            }
        }
        ids.remove(id);
    }

    void clear() {
        ids.clear();
        repeated = 0;
    }
}
