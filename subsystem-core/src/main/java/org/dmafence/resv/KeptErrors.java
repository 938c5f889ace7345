package org.dmafence.resv;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.container.FenceMerge;
import org.dmafence.resv.ResvList.Entry;

/**
 * What a reservation object remembers, beyond what the kernel does, of fences that it no longer lists, so that their
 * errors are not lost.
 */
final class KeptErrors {
    /*
     * A fence's error moves one way only: from a slot of the list, if need be over `superseded`, to `failed`; and it is
     * put there before it is taken away here. So a look at the list, and then in here, cannot miss one on its way.
     *
     * The holder of the object's lock writes, in the monitor; anybody reads, in the monitor. No driver is asked and no
     * reference dropped inside: either may run foreign code.
     */

    /** From so many on, superseded fences are asked whether they have signalled, instead of waiting to be asked for. */
    private static final int MANY = 16;

    /** Unsignalled when a newer fence of their context took their slots; a reference to each. */
    private List<Entry> superseded = new ArrayList<>();

    /** For each usage a stub with the first error and all causes. */
    private final Map<ResvUsage, DmaFence> failed = new EnumMap<>(ResvUsage.class);

    private int purgeAt = MANY;

    /** Remembers the error, if any, of a fence that leaves the list. */
    void note(DmaFence fence, ResvUsage usage) {
        if (!fence.isSignaled() || fence.errno() == 0) {
            return;
        }
        DmaFence before = failed.get(usage);
        DmaFence stub = before == null ? FenceMerge.merge(fence) : FenceMerge.merge(before, fence);
        DmaFence leaving = stub;
        try {
            synchronized (this) {
                failed.put(usage, stub);
            }
            leaving = before;
        } finally {
            if (leaving != null) {
                leaving.release();
            }
        }
    }

    /**
     * Remembers a fence that is about to leave the list for a newer one: its error, or the fence itself while it may
     * yet fail.
     *
     * @return true if it is watched, with the reference that the list had
     */
    boolean keep(Entry entry) {
        if (entry.fence().isSignaled()) {
            note(entry.fence(), entry.usage());
            return false;
        }
        synchronized (this) {
            superseded.add(entry);
        }
        return true;
    }

    /** As {@link #keep} for several; their references are taken over, also on the way out of a throw. */
    void keepAll(List<Entry> entries) {
        int next = 0;
        try {
            for (; next < entries.size(); next++) {
                Entry entry = entries.get(next);
                if (!keep(entry)) {
                    entry.fence().release();
                }
            }
        } finally {
            release(entries.subList(next, entries.size()));
        }
    }

    /** Forgets superseded fences that have signalled, once there are many. Polls. */
    void removeSignaled() {
        if (superseded.size() < purgeAt) {
            return;
        }
        List<Entry> left = new ArrayList<>();
        List<Entry> done = new ArrayList<>();
        for (Entry entry : List.copyOf(superseded)) {
            (entry.fence().pollSignaled() ? done : left).add(entry);
        }
        done.forEach(entry -> note(entry.fence(), entry.usage()));
        synchronized (this) {
            superseded = left;
        }
        purgeAt = Math.max(MANY, 2 * left.size());
        release(done);
    }

    private static void release(List<Entry> entries) {
        entries.forEach(entry -> entry.fence().release());
    }

    /**
     * What has an error or may yet have one, oldest first: stubs of errors, then superseded fences; a reference to
     * each.
     */
    synchronized List<Entry> retained(ResvUsage upTo) {
        List<Entry> kept = new ArrayList<>(failed.size() + superseded.size()); // may fail, so it comes first
        failed.forEach((usage, stub) -> {
            if (upTo.includes(usage)) {
                kept.add(new Entry(stub.retain(), usage));
            }
        });
        for (Entry entry : superseded) {
            if (upTo.includes(entry.usage()) && entry.fence().tryRetain()) {
                kept.add(entry);
            }
        }
        return kept;
    }

    /** Forgets all. */
    void clear() {
        List<DmaFence> dropped;
        synchronized (this) {
            dropped = new ArrayList<>(failed.values());
            superseded.forEach(entry -> dropped.add(entry.fence()));
            superseded = new ArrayList<>();
            failed.clear();
        }
        dropped.forEach(DmaFence::release);
    }
}
