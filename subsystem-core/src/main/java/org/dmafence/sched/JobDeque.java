package org.dmafence.sched;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Jobs in a row. Unlike {@link java.util.ArrayDeque}, which looks empty when there was no memory for it to grow, it
 * grows before anything is changed: what it can't take in it leaves to the caller, with all that was in it. Taking out
 * never needs memory, nor does putting back what was just taken out.
 */
final class JobDeque {
    private @Nullable SchedulerJob[] ring = new SchedulerJob[16];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The job at a place, 0 the first. */
    SchedulerJob get(int index) {
        return Objects.requireNonNull(ring[slot(index)]);
    }

    @Nullable SchedulerJob peekFirst() {
        return ring[head];
    }

    void addLast(SchedulerJob job) {
        makeRoom();
        ring[slot(size)] = job;
        size++;
    }

    void addFirst(SchedulerJob job) {
        makeRoom();
        head = slot(ring.length - 1);
        ring[head] = job;
        size++;
    }

    @Nullable SchedulerJob pollFirst() {
        SchedulerJob first = ring[head];
        if (first != null) {
            ring[head] = null;
            head = slot(1);
            size--;
        }
        return first;
    }

    /** Takes out the job at a place; the later ones move up. */
    void remove(int index) {
        for (int i = index; i < size - 1; i++) {
            ring[slot(i)] = ring[slot(i + 1)];
        }
        size--;
        ring[slot(size)] = null;
    }

    /** Takes out a job, wherever it is; false if it is not in here. */
    boolean remove(SchedulerJob job) {
        for (int i = 0; i < size; i++) {
            if (get(i) == job) {
                remove(i);
                return true;
            }
        }
        return false;
    }

    void forEach(Consumer<SchedulerJob> action) {
        for (int i = 0; i < size; i++) {
            action.accept(get(i));
        }
    }

    private void makeRoom() {
        if (size == ring.length) {
            @Nullable SchedulerJob[] longer = Arrays.copyOf(ring, 2 * size);
            System.arraycopy(ring, 0, longer, size, head); // the part before the head comes after the rest
            Arrays.fill(longer, 0, head, null);
            ring = longer;
        }
    }

    private int slot(int index) {
        return (head + index) & (ring.length - 1);
    }
}
