package org.dmafence.fence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Signals for an issuer that has gone: in order of sequence numbers within each context, past a lock of its that is
 * held for long, and to the end of a signal that it began and did not finish.
 */
final class IssuerDeath {
    /** How long an external lock is waited for, and a signal that the issuer began. */
    private static final long PATIENCE_NS = 100_000_000L;

    private IssuerDeath() {}

    /**
     * Signals whatever has not signalled; how many this call signalled. One that can't be signalled, for want of
     * memory, keeps nobody from signalling the others; the failure is thrown then.
     */
    static int signalAll(FenceSlots live, @Nullable FenceError error) {
        int errno = error == null ? 0 : error.errno();
        int count = 0;
        Set<FenceLock> stuck = new HashSet<>();
        // A signal waits for an enable op of another thread; the others need not wait with it.
        List<DmaFence> unsignaled = new ArrayList<>();
        live.forEach(fence -> {
            if (!fence.isSignaled()) {
                unsignaled.add(fence);
            }
        });
        Map<Boolean, List<DmaFence>> byEnabling = inOrder(unsignaled).stream()
                .collect(Collectors.partitioningBy(fence -> (fence.stateAcquire() & FenceState.ENABLING) != 0));
        List<DmaFence> fences = new ArrayList<>(byEnabling.getOrDefault(false, List.of()));
        fences.addAll(byEnabling.getOrDefault(true, List.of()));
        OutOfMemoryError failure = null;
        for (DmaFence fence : fences) {
            FenceLock lock = fence.owner().lock();
            boolean free = lock == null || (!stuck.contains(lock) && lock.tryLock(PATIENCE_NS));
            if (lock != null && free) {
                lock.unlockTried();
            } else if (lock != null) {
                stuck.add(lock);
            }
            try {
                if (fence.signalAt(FenceCalls.nowNs(fence.runtime()), errno, free)) {
                    count++;
                }
            } catch (OutOfMemoryError e) {
                failure = e;
            }
        }
        count += finishBegun(live);
        if (failure != null) {
            throw failure;
        }
        return count;
    }

    /** Each runtime numbers its contexts from 1. */
    private record Timeline(FenceRuntime runtime, long context) {}

    /** Contexts apart, each from its earliest fence on; numbers wrap, so they count from there. */
    private static List<DmaFence> inOrder(Collection<DmaFence> fences) {
        Map<Timeline, List<DmaFence>> contexts =
                fences.stream().collect(Collectors.groupingBy(f -> new Timeline(f.runtime(), f.context())));
        List<DmaFence> ordered = new ArrayList<>();
        for (List<DmaFence> timeline : contexts.values()) {
            DmaFence earliest = timeline.get(0);
            for (DmaFence fence : timeline) {
                earliest = earliest.isLaterThan(fence) ? fence : earliest;
            }
            long base = earliest.seqno;
            timeline.sort((a, b) -> Long.compareUnsigned(distance(base, a), distance(base, b)));
            ordered.addAll(timeline);
        }
        return ordered;
    }

    private static long distance(long base, DmaFence fence) {
        long distance = fence.seqno - base;
        return fence.isSeqno64() ? distance : Integer.toUnsignedLong((int) distance);
    }

    /**
     * A dead issuer may have set the SIGNALED bit of a fence and left the rest for later; how many this call finished.
     */
    private static int finishBegun(FenceSlots live) {
        List<DmaFence> begun = new ArrayList<>();
        live.forEach(fence -> {
            if (fence.isSignaled() && !FenceLedger.hasFinished(fence)) {
                begun.add(fence);
            }
        });
        Backoff backoff = new Backoff();
        while (backoff.elapsedNs() < PATIENCE_NS && !begun.stream().allMatch(FenceLedger::hasFinished)) {
            backoff.pause();
        }
        int count = 0;
        for (DmaFence fence : begun) {
            if (!FenceLedger.hasFinished(fence) && fence.finishSignaled(FenceCalls.nowNs(fence.runtime()))) {
                count++;
            }
        }
        return count;
    }
}
