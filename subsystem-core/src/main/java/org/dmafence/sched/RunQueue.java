package org.dmafence.sched;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one priority that have jobs queued, in the order of the policy. Kernel counterpart:
 * {@code struct drm_sched_rq}.
 *
 * <p>Those whose head job waits for a dependency keep their place but stand aside, so that choosing does not walk past
 * them.
 */
final class RunQueue {
    /** Where an entity stands. */
    static final class Place {
        long key;

        /** In which slot of its heap. */
        int index;

        /** Among equal keys, who got it first. */
        private long stamp;

        private @Nullable RunQueue queue;
        private boolean aside;

        boolean isBefore(Place other) {
            return key < other.key || (key == other.key && stamp < other.stamp);
        }
    }

    private final RunOrder order;
    private final EntityHeap ready = new EntityHeap();
    private final EntityHeap aside = new EntityHeap();
    private long stamps;

    /** Read when the queue last changed; a later change of the head entity's priority shows with the next one. */
    private @Nullable SchedulerPriority headPriority;

    RunQueue(RunOrder order) {
        this.order = order;
    }

    /** The first entity whose head job is not known to wait for anything. */
    @Nullable SchedulerEntity firstReady() {
        return ready.first();
    }

    /** The first entity, whatever it waits for. */
    @Nullable SchedulerEntity head() {
        SchedulerEntity going = ready.first();
        SchedulerEntity waiting = aside.first();
        if (going == null || waiting == null) {
            return going == null ? waiting : going;
        }
        return going.place().isBefore(waiting.place()) ? going : waiting;
    }

    /** The head entity's priority, {@code null} for an empty queue. */
    @Nullable SchedulerPriority headPriority() {
        return headPriority;
    }

    /**
     * Makes room for one more entity on either side: an entity that is on none would never be served, so what follows
     * must not fail for want of memory.
     */
    void reserve() {
        int entities = ready.size() + aside.size() + 1;
        ready.reserve(entities);
        aside.reserve(entities);
    }

    /** Takes in an entity that has got its first job. */
    void join(SchedulerEntity entity) {
        reserve();
        insert(entity, order.join(this, entity));
    }

    /** An entity's head job was taken: gives it its next place, or none. */
    void served(SchedulerEntity entity) {
        Place place = entity.place();
        if (entity.queued() > 0 && place.queue == this) {
            place.key = order.next(this, entity);
            place.stamp = ++stamps;
            heapOf(place).moved(entity);
            noteHead();
        } else {
            remove(entity);
            order.left(this, entity);
        }
    }

    /** Takes over an entity from another run queue at the place it has; after {@link #reserve}. */
    void adopt(SchedulerEntity entity) {
        insert(entity, entity.place().key);
    }

    private void insert(SchedulerEntity entity, long key) {
        Place place = entity.place();
        place.key = key;
        place.stamp = ++stamps;
        place.queue = this;
        place.aside = entity.isWaiting();
        heapOf(place).add(entity);
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
        heapOf(place).remove(entity);
        place.queue = null;
    }

    private EntityHeap heapOf(Place place) {
        return place.aside ? aside : ready;
    }

    /** Lets an entity stand aside, or come back, as it waits or not. */
    void settle(SchedulerEntity entity) {
        Place place = entity.place();
        if (place.queue == this && place.aside != entity.isWaiting()) {
            heapOf(place).remove(entity);
            place.aside = !place.aside;
            heapOf(place).add(entity);
        }
    }

    private void noteHead() {
        SchedulerEntity head = head();
        SchedulerPriority next = head == null ? null : head.priority();
        if (headPriority != next) { // seldom; storing a reference costs some collectors a barrier
            headPriority = next;
        }
    }

    /** All entities, in order. */
    List<SchedulerEntity> entities() {
        List<SchedulerEntity> all = new ArrayList<>();
        ready.addTo(all);
        aside.addTo(all);
        all.sort((one, other) -> one.place().isBefore(other.place()) ? -1 : 1);
        return all;
    }
}
