package org.dmafence.sched;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scheduler's run queues: one for each priority, or one for all of them with {@link SchedulerPolicy#FAIR}. */
final class RunQueues {
    private final List<RunQueue> byPriority = new ArrayList<>();
    private final int priorities;

    RunQueues(SchedulerPolicy policy, int priorities, TimeAverage average) {
        this.priorities = priorities;
        int count = policy == SchedulerPolicy.FAIR ? 1 : priorities;
        for (int i = 0; i < count; i++) {
            byPriority.add(new RunQueue(RunOrder.of(policy, average)));
        }
    }

    /** How many run queues there are. */
    int count() {
        return byPriority.size();
    }

    /** The lowest priority that an entity can have here. */
    SchedulerPriority lowest() {
        return SchedulerPriority.ofLevel(priorities - 1);
    }

    /** The run queue of an entity. */
    RunQueue of(SchedulerEntity entity) {
        return of(entity.priority());
    }

    /** The run queue of the entities of a priority. */
    RunQueue of(SchedulerPriority priority) {
        return byPriority.get(Math.min(priority.level(), byPriority.size() - 1));
    }

    @Nullable SchedulerPriority headPriority() {
        return byPriority.get(0).headPriority();
    }

    /** The entity to serve next, whether its job fits or not: nobody overtakes it. */
    @Nullable SchedulerEntity firstReady() {
        for (int i = 0; i < byPriority.size(); i++) { // without an iterator: once for each job
            SchedulerEntity first = byPriority.get(i).firstReady();
            if (first != null) {
                return first;
            }
        }
        return null;
    }

    /** Every entity with jobs queued, the highest priority first. */
    List<SchedulerEntity> entities() {
        List<SchedulerEntity> all = new ArrayList<>();
        byPriority.forEach(queue -> all.addAll(queue.entities()));
        return all;
    }
}
