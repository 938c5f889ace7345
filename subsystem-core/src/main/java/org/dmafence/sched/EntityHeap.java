package org.dmafence.sched;

import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Entities by their places, the first at hand: a binary heap that knows where each stands, so that nothing is
 * allocated.
 */
final class EntityHeap {
    private @Nullable SchedulerEntity[] heap = new SchedulerEntity[4];
    private int size;

    /** The entity whose place is before all others', {@code null} if there is none. */
    @Nullable SchedulerEntity first() {
        return heap[0];
    }

    int size() {
        return size;
    }

    /** Makes room for so many; up to that {@link #add} can't fail. */
    void reserve(int entities) {
        if (entities > heap.length) {
            heap = Arrays.copyOf(heap, Math.max(entities, 2 * heap.length));
        }
    }

    void add(SchedulerEntity entity) {
        reserve(size + 1);
        rise(size++, entity);
    }

    /** Takes out an entity that is in here. */
    void remove(SchedulerEntity entity) {
        int hole = entity.place().index;
        SchedulerEntity last = at(--size);
        heap[size] = null;
        if (last != entity) {
            settle(hole, last);
        }
    }

    /** The place of an entity that is in here has changed. */
    void moved(SchedulerEntity entity) {
        settle(entity.place().index, entity);
    }

    void addTo(Collection<SchedulerEntity> all) {
        for (int i = 0; i < size; i++) {
            all.add(at(i));
        }
    }

    private void settle(int index, SchedulerEntity entity) {
        rise(index, entity);
        sink(entity.place().index, entity);
    }

    private void rise(int index, SchedulerEntity entity) {
        int i = index;
        for (int parent = (i - 1) >> 1;
                i > 0 && entity.place().isBefore(at(parent).place());
                parent = (i - 1) >> 1) {
            put(i, at(parent));
            i = parent;
        }
        put(i, entity);
    }

    private void sink(int index, SchedulerEntity entity) {
        int i = index;
        for (int child = 2 * i + 1; child < size; child = 2 * i + 1) {
            if (child + 1 < size && at(child + 1).place().isBefore(at(child).place())) {
                child++;
            }
            if (!at(child).place().isBefore(entity.place())) {
                break;
            }
            put(i, at(child));
            i = child;
        }
        put(i, entity);
    }

    private void put(int index, SchedulerEntity entity) {
        if (heap[index] != entity) {
            heap[index] = entity;
        }
        entity.place().index = index;
    }

    private SchedulerEntity at(int index) {
        return Objects.requireNonNull(heap[index]);
    }
}
