package org.dmafence.resv;

import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.rcu.RcuReader;
import org.dmafence.resv.ResvList.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the fences of a reservation object without its lock, leaving out what has signalled. Kernel counterpart:
 * {@code struct dma_resv_iter} with {@code dma_resv_iter_first_unlocked()} and {@code dma_resv_iter_next_unlocked()}.
 *
 * <pre>{@code
 * try (ResvCursor cursor = object.cursor(ResvUsage.WRITE)) {
 *     for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
 *         if (cursor.isRestarted()) { forget what was collected so far }
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>When the list was replaced meanwhile, the cursor starts again; a fence that was put into the place of another is
 * just seen instead. What is added after the end is not looked for. Every fence that is answered was in the object at
 * some instant since the last restart, and the cursor holds a reference to it until the next call.
 *
 * <p>For one thread at a time, which may wait between the calls. Never blocks; polls.
 */
public final class ResvCursor implements AutoCloseable {
    private final ReservationObject object;
    private final ResvUsage upTo;

    /** Whether fences that signalled with an error are answered as well. */
    private final boolean failedToo;

    /** What is walked through; the kernel's suite spoils it to see a restart. */
    @Nullable ResvList list;

    private int index;
    private int count;
    private boolean started;
    private boolean restarted;
    private @Nullable DmaFence fence;
    private ResvUsage usage = ResvUsage.BOOKKEEP;

    ResvCursor(ReservationObject object, ResvUsage upTo, boolean failedToo) {
        this.object = object;
        this.upTo = upTo;
        this.failedToo = failedToo;
    }

    /** The next fence, borrowed until the next call; {@code null} at the end. */
    public @Nullable DmaFence next() {
        restarted = false;
        do {
            releaseFence();
            step();
            // Whatever was found may have left the object since: then the next step begins again.
        } while ((fence != null && !pollWanted(fence)) || !object.isListed(list));
        return fence;
    }

    /**
     * Whether the last call began at the beginning, as the first one does: what was collected before is out of date.
     */
    public boolean isRestarted() {
        return restarted;
    }

    /** How many fences the list had at the last restart, whatever became of them. */
    int listed() {
        return count;
    }

    /** What the fence that was answered last stands for. */
    public ResvUsage usage() {
        return usage;
    }

    /** Drops the reference to the fence that was answered last; for leaving before the end. */
    @Override
    public void close() {
        releaseFence();
    }

    /**
     * Whether to answer the fence that was stepped to. Polls, so it is asked outside the section: callbacks may run.
     */
    private boolean pollWanted(DmaFence found) {
        boolean wanted = !found.pollSignaled() || (failedToo && found.errno() != 0);
        return wanted && upTo.includes(usage);
    }

    /** Steps to the next fence that can be retained, or to the end; to the beginning, if the list is another one. */
    private void step() {
        RcuReader reader = object.runtime().rcu().reader();
        long section = reader.lock();
        try {
            if (!started || object.listIn(reader) != list) {
                restart(reader);
            }
            while (list != null && index < count) {
                Entry entry = list.entry(index);
                if (entry.fence().tryRetain()) {
                    index++;
                    fence = entry.fence();
                    usage = entry.usage();
                    return;
                }
                lost(reader, list, entry);
            }
        } finally {
            reader.unlock(section);
        }
    }

    private void restart(RcuReader reader) {
        started = true;
        index = 0;
        list = object.listIn(reader);
        count = list == null ? 0 : list.count();
        restarted = true;
    }

    /**
     * The last reference to a fence is gone. The list drops its own after it dropped the fence, so either that has
     * happened meanwhile, and the cursor starts again, or somebody dropped a reference that was not theirs.
     */
    private void lost(RcuReader reader, ResvList from, Entry entry) {
        VarHandle.acquireFence(); // pairs with the release of the last reference: what was stored before it is read
        // below
        if (from.entry(index).fence() == entry.fence() && object.listIn(reader) == from) {
            object.runtime()
                    .warn(entry.fence() + " was released while in " + object
                            + "; somebody dropped more references than they took");
            index++;
        } else {
            restart(reader);
        }
    }

    private void releaseFence() {
        DmaFence held = fence;
        fence = null;
        if (held != null) {
            held.release();
        }
    }
}
