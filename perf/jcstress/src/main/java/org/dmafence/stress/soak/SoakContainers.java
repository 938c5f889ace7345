package org.dmafence.stress.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceChain;
import org.dmafence.fence.container.FenceMerge;

/** The arrays, merges and chains over the fences of a batch, and what is written down about them. */
final class SoakContainers {
    static final SoakContainers NONE = new SoakContainers(List.of());

    private static final int ARRAYS = 2;
    private static final int MEMBERS = 6;
    private static final int LINKS = 8;

    /** A container over some fences in a row. */
    private record Container(DmaFence fence, int from, int to, AtomicInteger runs) {}

    private final List<Container> all;

    private SoakContainers(List<Container> all) {
        this.all = all;
    }

    /** Some containers over a batch that nobody has signalled anything of. */
    static SoakContainers over(SoakBatch batch, int from) {
        List<Container> all = new ArrayList<>(ARRAYS + 2);
        int at = from;
        for (int n = 0; n < ARRAYS; n++, at += MEMBERS) {
            all.add(container(batch.seam().array(retained(batch, at, at + MEMBERS)), at, at + MEMBERS));
        }
        List<DmaFence> merged = retained(batch, at, at + MEMBERS);
        all.add(container(FenceMerge.merge(merged, ErrorPolicy.KEEP_FIRST), at, at + MEMBERS));
        merged.forEach(DmaFence::release);
        at += MEMBERS;
        DmaFence head = null;
        for (int n = 0; n < LINKS; n++) {
            head = FenceChain.create(head, batch.fences[at + n].retain(), n + 1L)
                    .fence();
            all.add(container(head.retain(), at, at + n + 1));
        }
        head.release();
        SoakContainers containers = new SoakContainers(all);
        all.forEach(container -> containers.watch(batch, container));
        return containers;
    }

    private static Container container(DmaFence fence, int from, int to) {
        return new Container(fence, from, to, new AtomicInteger());
    }

    private static List<DmaFence> retained(SoakBatch batch, int from, int to) {
        List<DmaFence> fences = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            fences.add(batch.fences[i].retain());
        }
        return fences;
    }

    /** How many fences there are in addition to the batch's. */
    int size() {
        return all.size();
    }

    private void watch(SoakBatch batch, Container container) {
        FenceCallback callback = FenceCallback.of(fence -> {
            container.runs.incrementAndGet();
            for (int i = container.from; i < container.to; i++) {
                batch.requireAnnounced(i, "container's callback");
            }
        });
        if (!batch.seam().add(container.fence, callback)) {
            batch.violation(container.fence + " refused a callback before any of its fences was signalled");
        }
    }

    void check(SoakBatch batch) {
        for (Container container : all) {
            if (container.runs.get() != 1) {
                batch.violation("the callback of " + container.fence + " ran " + container.runs + " times");
            }
            int status = batch.seam().status(container.fence);
            if (!isPossible(batch, container, status)) {
                batch.violation(container.fence + " ended with " + status + ", which none of its fences explains");
            }
            container.fence.release();
        }
    }

    /** Success if all succeeded, else the error of one that failed. */
    private static boolean isPossible(SoakBatch batch, Container container, int status) {
        boolean any = false;
        boolean all = true;
        for (int i = container.from; i < container.to; i++) {
            boolean may = batch.mayEndWith(i, status);
            any |= may;
            all &= may;
        }
        return status == 1 ? all : any;
    }
}
