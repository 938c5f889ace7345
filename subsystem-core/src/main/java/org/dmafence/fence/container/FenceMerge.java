package org.dmafence.fence.container;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/**
 * Makes one fence of many: what signals when all of them have. Kernel counterpart: {@code __dma_fence_unwrap_merge()}.
 *
 * <p>Containers are looked into, so the result is never nested. What has signalled is left out, and of several fences
 * of one context only the newest shows, in order of contexts. By default nothing is lost by that: the error of a fence
 * that has signalled becomes the result's, and older fences of a context are waited for as well, unseen, so that their
 * errors are kept (a timeline that signals in order does not wait any longer for it).
 */
public final class FenceMerge {
    private final List<DmaFence> inputs;
    private final ErrorPolicy policy;

    /** Found pending in this look, where everything is kept. */
    private final Set<DmaFence> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    /** When the last of the signalled ones did, and whether there are any. */
    private long timestampNs;

    private boolean stamped;
    private @Nullable Failure failure;

    private FenceMerge(List<DmaFence> inputs, ErrorPolicy policy) {
        this.inputs = inputs;
        this.policy = policy;
    }

    /** Merges and keeps the first error. */
    public static DmaFence merge(DmaFence... fences) {
        return merge(List.of(fences), ErrorPolicy.KEEP_FIRST);
    }

    /**
     * Merges; polls. Any thread, never blocks.
     *
     * @param fences borrowed; at least one
     * @return with a new reference: a private stub with the time of the last signal and the first error if all have
     *     signalled; the one fence that is left if there is but one and nothing else to keep; or an array with a
     *     context of its own and sequence number 1
     * @throws IllegalArgumentException if there is no fence
     */
    public static DmaFence merge(List<DmaFence> fences, ErrorPolicy policy) {
        if (fences.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to merge; use FenceRuntime.stub() for what has always signalled");
        }
        return new FenceMerge(List.copyOf(fences), policy).merge();
    }

    private DmaFence merge() {
        // Two looks, as in the kernel, which counts before it allocates: drivers' polls are asked as often as there.
        List<DmaFence> pending = pending();
        if (pending.size() > 1 || (pending.size() == 1 && failure != null)) {
            release(pending);
            pending = pending();
        }
        if (pending.isEmpty()) {
            return stub();
        }
        List<DmaFence> hidden = new ArrayList<>();
        List<DmaFence> shown = newestByContext(pending, hidden);
        if (policy == ErrorPolicy.KERNEL) {
            release(hidden);
            hidden.clear();
        }
        if (shown.size() == 1 && hidden.isEmpty() && failure == null) {
            return shown.get(0);
        }
        int visible = shown.size();
        shown.addAll(hidden);
        DmaFence[] fences = shown.toArray(new DmaFence[0]);
        long contextId = fences[0].runtime().allocateContexts(1);
        try {
            return FenceArray.create(fences, visible, contextId, 1, policy, failure)
                    .fence();
        } catch (RuntimeException | Error e) {
            release(shown);
            throw e;
        }
    }

    /** Those that have not signalled, each with a reference; notes the time and the failures of those that have. */
    private List<DmaFence> pending() {
        List<DmaFence> pending = new ArrayList<>();
        seen.clear();
        failure = null;
        boolean complete = false;
        try {
            for (DmaFence input : inputs) {
                lookInto(input, pending);
            }
            complete = true;
            return pending;
        } finally {
            if (!complete) {
                release(pending);
            }
        }
    }

    private void lookInto(DmaFence input, List<DmaFence> pending) {
        boolean keep = policy == ErrorPolicy.KEEP_FIRST;
        try (FenceUnwrap unwrap = keep ? FenceUnwrap.keeping(input) : FenceUnwrap.of(input)) {
            for (DmaFence fence = unwrap.next(); fence != null; fence = unwrap.next()) {
                if (keep && seen.contains(fence)) {
                    continue; // in another link of a timeline that was copied crosswise
                }
                if (!fence.pollSignaled()) {
                    pending.add(fence); // may fail, so it comes before the reference
                    fence.retain();
                    if (keep) {
                        seen.add(fence);
                    }
                    continue;
                }
                stamp(fence.timestampNs());
                if (keep) {
                    unwrap.failed();
                }
            }
            if (keep) {
                failure = Failure.join(failure, unwrap.failure());
            }
        }
    }

    private void stamp(long signaledNs) {
        if (!stamped || signaledNs - timestampNs > 0) {
            timestampNs = signaledNs;
            stamped = true;
        }
    }

    private DmaFence stub() {
        FenceRuntime runtime = inputs.get(0).runtime();
        return failure == null ? runtime.allocateStub(timestampNs) : FailedStub.allocate(runtime, timestampNs, failure);
    }

    /**
     * The newest fence of each context, in order of contexts; of equally new ones the last. Not a sort by sequence
     * numbers: these wrap, so "later" is no order that a sort could rely on.
     *
     * @param older gets the others but repetitions, whose references are dropped
     */
    private static List<DmaFence> newestByContext(List<DmaFence> fences, List<DmaFence> older) {
        // Of the same id in several runtimes, those of the runtime that was met first: it has to be some order.
        List<FenceRuntime> runtimes =
                fences.stream().map(DmaFence::runtime).distinct().toList();
        List<DmaFence> sorted = new ArrayList<>(fences);
        sorted.sort(Comparator.comparing(DmaFence::context, Long::compareUnsigned)
                .thenComparingInt(fence -> runtimes.indexOf(fence.runtime())));
        List<DmaFence> newest = new ArrayList<>();
        for (int from = 0, to; from < sorted.size(); from = to) {
            DmaFence best = sorted.get(from);
            for (to = from + 1; to < sorted.size() && sorted.get(to).sharesTimeline(best); to++) {
                DmaFence next = sorted.get(to);
                best = best.isLaterThan(next) ? best : next;
            }
            newest.add(best);
            keepOthers(sorted.subList(from, to), best, older);
        }
        return newest;
    }

    private static void keepOthers(List<DmaFence> timeline, DmaFence newest, List<DmaFence> older) {
        Set<DmaFence> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.add(newest);
        boolean newestSeen = false;
        for (DmaFence fence : timeline) {
            if (fence == newest && !newestSeen) {
                newestSeen = true; // the reference that the result keeps
            } else if (seen.add(fence)) {
                older.add(fence);
            } else {
                fence.release();
            }
        }
    }

    private static void release(List<DmaFence> fences) {
        fences.forEach(DmaFence::release);
    }
}
