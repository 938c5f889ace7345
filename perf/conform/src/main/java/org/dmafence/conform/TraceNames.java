package org.dmafence.conform;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;
import org.dmafence.trace.FenceTraceListener;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * Turns the core's tracepoints, which know a fence by context and sequence number, into a scenario's, which know it by
 * name. Where several fences have the same numbers, it is the one whose state fits the event.
 */
final class TraceNames implements FenceTraceListener {
    private static final Set<FenceTracepoint> ONCE =
            EnumSet.of(FenceTracepoint.ENABLE_SIGNAL, FenceTracepoint.SIGNALED, FenceTracepoint.DESTROY);

    private static final Deque<Made> NOBODY = new ArrayDeque<>(0);

    private record Numbers(long context, long seqno) {}

    private final World world;
    private final Map<Numbers, List<DmaFence>> fences = new HashMap<>();
    private final IdentityHashMap<DmaFence, Set<FenceTracepoint>> seen = new IdentityHashMap<>();

    /** Fences whose making was traced, and that have no name yet. */
    private final Map<Numbers, Deque<Made>> unnamed = new HashMap<>();

    TraceNames(World world) {
        this.world = world;
    }

    void named(DmaFence fence) {
        Numbers number = new Numbers(fence.context(), fence.seqno());
        fences.computeIfAbsent(number, key -> new ArrayList<>()).add(fence);
        Made made = unnamed.getOrDefault(number, NOBODY).poll();
        if (made != null) {
            made.fence = fence;
        }
    }

    @Override
    public void onFence(FenceTracepoint point, String driver, String timeline, long context, long seqno) {
        Numbers number = new Numbers(context, seqno);
        if (point == FenceTracepoint.INIT) {
            Made made = new Made(number);
            unnamed.computeIfAbsent(number, key -> new ArrayDeque<>()).add(made);
            world.trace(made);
        } else if (point != FenceTracepoint.EMIT) {
            DmaFence fence = find(point, number);
            String text = point.kernelName() + " " + (fence == null ? "?" : world.name(fence));
            world.trace(() -> text);
        }
    }

    private @Nullable DmaFence find(FenceTracepoint point, Numbers number) {
        for (DmaFence fence : fences.getOrDefault(number, List.of())) {
            Set<FenceTracepoint> before = seen.computeIfAbsent(fence, key -> EnumSet.noneOf(FenceTracepoint.class));
            boolean fits = switch (point) {
                case SIGNALED -> fence.isSignaled();
                case ENABLE_SIGNAL -> fence.isSignalingEnabled() && hasEnableOp(fence);
                case DESTROY -> fence.references() == 0;
                default -> true;
            };
            if (fits && !(ONCE.contains(point) && before.contains(point))) {
                before.add(point);
                return fence;
            }
        }
        return null;
    }

    private static boolean hasEnableOp(DmaFence fence) {
        FenceOps ops = fence.opsAs(FenceOps.class);
        return ops != null && ops.has(FenceOps.Op.ENABLE_SIGNALING);
    }

    /** The making of a fence: it gets its name later. */
    private final class Made implements Supplier<String> {
        private final Numbers number;
        private @Nullable DmaFence fence;

        Made(Numbers number) {
            this.number = number;
        }

        @Override
        public String get() {
            return FenceTracepoint.INIT.kernelName() + " " + (fence == null ? "?" : world.name(fence)) + " "
                    + Long.toUnsignedString(number.context) + " " + Long.toUnsignedString(number.seqno);
        }
    }
}
