package org.dmafence.replay;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.ftrace.FenceRef;
import org.jspecify.annotations.Nullable;

/** Stands in for the other drivers of the traced machine: makes the fences that jobs depend on, and signals them. */
final class ForeignFenceSource {
    private record Issued(FenceContext context, DmaFence fence) {}

    private final FenceRuntime runtime;
    private final Long2ObjectHashMap<Issued> pending = new Long2ObjectHashMap<>();
    private long created;

    ForeignFenceSource(FenceRuntime runtime) {
        this.runtime = runtime;
    }

    /** The fence of a key, made when it is first asked for. */
    DmaFence fence(FenceRef.Foreign reference) {
        return pending.computeIfAbsent(reference.key(), key -> issue(reference)).fence();
    }

    private Issued issue(FenceRef.Foreign reference) {
        created++;
        FenceContext context =
                FenceContext.builder(runtime).name(reference.timeline()).build();
        long seqno = reference.fence().hasContext() ? reference.fence().seqno() : reference.key();
        return new Issued(context, context.newFence(new Names(reference), seqno));
    }

    /** The fence of a key if it has not signalled. */
    @Nullable DmaFence pending(long key) {
        Issued issued = pending.get(key);
        return issued == null ? null : issued.fence();
    }

    void signal(long key) {
        Issued issued = pending.remove(key);
        if (issued != null) {
            issued.context().signal(issued.fence());
        }
    }

    /** Signals what the trace left pending, so that nothing waits for it for ever; how many there were. */
    int signalAll() {
        List<Issued> left = new ArrayList<>(pending.values());
        pending.clear();
        left.forEach(issued -> issued.context().signal(issued.fence()));
        return left.size();
    }

    long created() {
        return created;
    }

    private static final class Names extends FenceOps {
        private final FenceRef.Foreign reference;

        Names(FenceRef.Foreign reference) {
            this.reference = reference;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return reference.driver();
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return reference.timeline();
        }
    }
}
