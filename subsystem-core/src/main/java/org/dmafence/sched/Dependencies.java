package org.dmafence.sched;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/** What a job waits for before it runs, each with a reference until the job is freed. */
final class Dependencies {
    /** Of all jobs that wait for nothing, which are most; never written. */
    static final Dependencies NONE = new Dependencies();

    private final List<DmaFence> fences = new ArrayList<>(2);
    private int next;

    /**
     * Takes in a fence unless there is a later one of the same context, which it replaces if there is an earlier one.
     */
    void add(DmaFence dependency) {
        Objects.requireNonNull(dependency, "dependency");
        for (int i = 0; i < fences.size(); i++) {
            DmaFence known = fences.get(i);
            if (known.sharesTimeline(dependency)) {
                if (dependency.isLaterThan(known)) {
                    fences.set(i, dependency.retain());
                    known.release();
                }
                return;
            }
        }
        fences.add(dependency.retain());
    }

    List<DmaFence> all() {
        return List.copyOf(fences);
    }

    /** The next fence to look at, one after the other; {@code null} when all have been looked at. */
    @Nullable DmaFence take() {
        return next < fences.size() ? fences.get(next++) : null;
    }

    /** Looks at all fences once more: a killed job waits for the work of each. */
    void rewind() {
        if (next != 0) {
            next = 0;
        }
    }

    void release() {
        if (!fences.isEmpty()) {
            fences.forEach(DmaFence::release);
            fences.clear();
        }
    }
}
