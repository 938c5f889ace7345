package org.dmafence.sched;

/**
 * A policy as the keys it gives to the entities of a run queue: the smallest is served first, of equal ones the one
 * that got it first.
 */
sealed interface RunOrder permits RunOrder.Fifo, RunOrder.RoundRobin, FairOrder {
    /** The key of an entity that enters the queue with its first job. */
    long join(RunQueue queue, SchedulerEntity entity);

    /** The key of an entity that was served and has more. */
    long next(RunQueue queue, SchedulerEntity entity);

    /** An entity was served and has left the queue, for it has no more. */
    default void left(RunQueue queue, SchedulerEntity entity) {}

    /** The order of a policy; a run queue has its own. */
    static RunOrder of(SchedulerPolicy policy, TimeAverage schedulerAverage) {
        return switch (policy) {
            case FIFO -> new Fifo();
            case RR -> new RoundRobin();
            case FAIR -> new FairOrder(schedulerAverage);
        };
    }

    /** By the submit time of the oldest job. */
    final class Fifo implements RunOrder {
        @Override
        public long join(RunQueue queue, SchedulerEntity entity) {
            return entity.head().submittedNs();
        }

        @Override
        public long next(RunQueue queue, SchedulerEntity entity) {
            return entity.head().submittedNs();
        }
    }

    /**
     * By a number that stands for the time of the last turn; an entity that left keeps its number, 0 if it had none.
     */
    final class RoundRobin implements RunOrder {
        private long lastTurn;

        @Override
        public long join(RunQueue queue, SchedulerEntity entity) {
            return entity.place().key;
        }

        @Override
        public long next(RunQueue queue, SchedulerEntity entity) {
            return ++lastTurn;
        }
    }
}
