package org.dmafence.sched;

import java.util.function.Consumer;
import org.agrona.collections.Long2LongCounterMap;

/**
 * The ids of the jobs that were handed out and are not freed: two with one id would be mistaken for each other when one
 * of them hangs or is completed by hand. A job keeps its id while a time-out has taken it off the list, too. The host's
 * alone.
 *
 * <p>An id may come again as soon as its job has ended, which the host hears of later. So ids may be there twice for a
 * while; only then the jobs themselves are looked at.
 *
 * <p>Ids that rise from one job to the next, which most do, need no more than the highest. The first that does not has
 * them all counted until no job is left.
 */
final class JobIds {
    private final Consumer<Consumer<SchedulerJob>> all;
    private final Long2LongCounterMap counts = new Long2LongCounterMap(0);
    private boolean counting;
    private long highest;

    /** How many jobs have their id in here. */
    private int live;

    /** @param all goes through all jobs whose ids are in here */
    JobIds(Consumer<Consumer<SchedulerJob>> all) {
        this.all = all;
    }

    /**
     * Takes in a job's id; if that throws, nothing has changed.
     *
     * @return false if another job has that id and has not ended
     */
    boolean add(SchedulerJob job) {
        long id = job.work().id();
        boolean alone = true;
        if (!counting && (live == 0 || id > highest)) {
            highest = id;
        } else {
            if (!counting) {
                countAll();
            }
            alone = counts.incrementAndGet(id) == 1 || !isTaken(id);
        }
        live++;
        job.numbered = true;
        return alone;
    }

    private void countAll() {
        counts.clear(); // of what an attempt without memory left
        all.accept(job -> {
            long unused = counts.incrementAndGet(job.work().id());
        });
        counting = true;
    }

    private boolean isTaken(long id) {
        boolean[] taken = new boolean[1];
        all.accept(job -> taken[0] |= job.work().id() == id && !job.isEnded());
        return taken[0];
    }

    /** Drops a job's id, if it is in here. */
    void remove(SchedulerJob job) {
        if (!job.numbered) {
            return;
        }
        job.numbered = false;
        live--;
        if (counting) {
            long unused = counts.decrementAndGet(job.work().id());
            if (live == 0) {
                counting = false;
                counts.clear();
            }
        }
    }
}
