package org.dmafence.sched;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/** What a job waits for before it runs, each with a reference until the job is freed. */
final class Dependencies {
    private final SchedulerJob job;
    private final List<DmaFence> fences = new ArrayList<>(2);
    private int next;

    /** A fence of the driver's own, which it prepared when all others had signalled. */
    private @Nullable DmaFence prepared;

    Dependencies(SchedulerJob job) {
        this.job = job;
    }

    /** Takes in a fence unless there is a later one of the same context, which it replaces if there is an earlier one. */
    void add(DmaFence dependency) {
        Objects.requireNonNull(dependency, "dependency");
        for (int i = 0; i < fences.size(); i++) {
            DmaFence known = fences.get(i);
            if (known.context() == dependency.context()) {
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

    /** The next fence to look at: one after the other, then what the driver prepares, {@code null} when it is ready. */
    @Nullable DmaFence take(Core core) {
        if (next < fences.size()) {
            return fences.get(next++);
        }
        dropPrepared();
        prepared = core.prepare(job);
        return prepared;
    }

    /** Looks at all fences once more, but asks the driver for none: a killed job waits for the work behind each. */
    void rewind() {
        next = 0;
    }

    /** The next fence, {@code null} when all have been looked at. */
    @Nullable DmaFence takeKnown() {
        return next < fences.size() ? fences.get(next++) : null;
    }

    void drop() {
        dropPrepared();
        fences.forEach(DmaFence::release);
        fences.clear();
    }

    private void dropPrepared() {
        if (prepared != null) {
            prepared.release();
            prepared = null;
        }
    }
}
