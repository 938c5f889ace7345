package org.dmafence.sched;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one priority that have jobs queued, in the order of the policy. Kernel counterpart:
 * {@code struct drm_sched_rq}.
 *
 * <p>Those whose head job waits for a dependency keep their place but stand aside, so that choosing does not walk past them.
 */
final class RunQueue {
    /** Where an entity stands. The order of a tree: it changes only while the entity is in none. */
    static final class Place {
        long key;

        /** Among equal keys, who got it first. */
        private long stamp;

        private @Nullable RunQueue queue;
        private boolean aside;
    }

    private static final Comparator<SchedulerEntity> ORDER = Comparator.comparingLong(
                    (SchedulerEntity entity) -> entity.place().key)
            .thenComparingLong(entity -> entity.place().stamp);

    private final RunOrder order;
    private final TreeSet<SchedulerEntity> ready = new TreeSet<>(ORDER);
    private final TreeSet<SchedulerEntity> aside = new TreeSet<>(ORDER);
    private long stamps;

    /** Read when the queue last changed; a later change of the head entity's priority shows with the next one. */
    private @Nullable SchedulerPriority headPriority;

    RunQueue(RunOrder order) {
        this.order = order;
    }

    /** The first entity whose head job is not known to wait for anything. */
    @Nullable SchedulerEntity firstReady() {
        return ready.isEmpty() ? null : ready.first();
    }

    /** The first entity, whatever it waits for. */
    @Nullable SchedulerEntity head() {
        if (aside.isEmpty() || ready.isEmpty()) {
            return aside.isEmpty() ? firstReady() : aside.first();
        }
        return ORDER.compare(ready.first(), aside.first()) < 0 ? ready.first() : aside.first();
    }

    /** The head entity's priority, {@code null} for an empty queue. */
    @Nullable SchedulerPriority headPriority() {
        return headPriority;
    }

    /** Takes in an entity that has got its first job. */
    void join(SchedulerEntity entity) {
        insert(entity, order.join(this, entity));
    }

    /** An entity's head job was taken: gives it its next place, or none. */
    void served(SchedulerEntity entity) {
        if (entity.queued() > 0) {
            long key = order.next(this, entity);
            takeOut(entity);
            insert(entity, key);
        } else {
            remove(entity);
            order.left(this, entity);
        }
    }

    /** Takes over an entity from another run queue at the place it has. */
    void adopt(SchedulerEntity entity) {
        insert(entity, entity.place().key);
    }

    private void insert(SchedulerEntity entity, long key) {
        Place place = entity.place();
        place.key = key;
        place.stamp = ++stamps;
        place.queue = this;
        place.aside = entity.isWaiting();
        (place.aside ? aside : ready).add(entity);
        noteHead();
    }

    /** Takes out an entity; false if it is not here. */
    boolean remove(SchedulerEntity entity) {
        Place place = entity.place();
        if (place.queue != this) {
            return false;
        }
        takeOut(entity);
        noteHead();
        return true;
    }

    private void takeOut(SchedulerEntity entity) {
        Place place = entity.place();
        (place.aside ? aside : ready).remove(entity);
        place.queue = null;
    }

    /** Lets an entity stand aside, or come back, as it waits or not. */
    void settle(SchedulerEntity entity) {
        Place place = entity.place();
        if (place.queue == this && place.aside != entity.isWaiting()) {
            (place.aside ? aside : ready).remove(entity);
            place.aside = !place.aside;
            (place.aside ? aside : ready).add(entity);
        }
    }

    private void noteHead() {
        SchedulerEntity head = head();
        headPriority = head == null ? null : head.priority();
    }

    /** All entities, in order. */
    List<SchedulerEntity> entities() {
        List<SchedulerEntity> all = new ArrayList<>(ready);
        all.addAll(aside);
        all.sort(ORDER);
        return all;
    }
}
