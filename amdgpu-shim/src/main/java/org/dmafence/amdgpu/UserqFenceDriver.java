package org.dmafence.amdgpu;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.dmafence.driver.DriverContext;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * The fences of a user queue: signalled when the queue's 64-bit read pointer has reached their number, which the
 * process's own packets advance. Kernel counterpart: {@code struct amdgpu_userq_fence_driver} in
 * {@code amdgpu_userq_fence.c}.
 *
 * <p>Referenced by its queue and by each fence, since the fences' {@code signaled} op reads its pointer; a fence's
 * reference goes a grace period after the fence was released. Every method may be called from any thread.
 */
final class UserqFenceDriver {
    private final DriverContext context;
    private final String task;
    private final FenceContext fences;
    private final UserqFence ops = new UserqFence();
    private final LongFunction<FenceTag> tags;

    /** Fences not signalled, by number, each with the driver's reference; the thread that removes one signals it. */
    private final ConcurrentSkipListMap<Long, DmaFence> unsignaled = new ConcurrentSkipListMap<>(Long::compareUnsigned);

    private final AtomicInteger references = new AtomicInteger(1);

    /** Written under `this`, after the error of the fence it ends; never backwards. */
    private volatile long readPointer;

    /** @param tags what the flight recorder is told of the fence with a number */
    UserqFenceDriver(DriverContext context, String task, FenceContext fences, LongFunction<FenceTag> tags) {
        this.tags = tags;
        this.context = context;
        this.task = task;
        this.fences = fences;
    }

    /**
     * Makes a fence with one reference for the caller's list and polls it: the process may have been faster than we.
     * One that is done is not listed, and signalled already.
     */
    DmaFence newFence(long seqno) {
        references.incrementAndGet();
        DmaFence fence = fences.newFence64(ops, seqno);
        if (!fence.pollSignaled()) {
            unsignaled.put(seqno, fence);
        }
        fences.traceEmit(fence);
        return fence;
    }

    /** The queue's packet wrote its number; an error is that of the fence with just this number. */
    void write(long seqno, @Nullable FenceError error) {
        synchronized (this) {
            if (isPassed(seqno)) { // destroyed before
                return;
            }
            DmaFence fence = unsignaled.get(seqno);
            if (fence != null && error != null && !fence.isSignaled()) {
                fences.setError(fence, error);
            }
            readPointer = seqno;
        }
    }

    /** Signals what the read pointer has passed. */
    void process() {
        for (; ; ) {
            Map.Entry<Long, DmaFence> first = unsignaled.firstEntry();
            if (first == null || !isPassed(first.getKey())) {
                return;
            }
            end(first.getKey(), first.getValue());
        }
    }

    /** The queue goes: what is left of its fences ends with an error, and the queue's reference is dropped. */
    void destroy(FenceError error) {
        synchronized (this) {
            unsignaled.forEach((seqno, fence) -> {
                if (!isPassed(seqno) && !fence.isSignaled()) {
                    fences.setError(fence, error);
                }
            });
            readPointer = -1; // the last of all
        }
        process();
        put();
    }

    private void end(long seqno, DmaFence fence) {
        if (unsignaled.remove(seqno, fence)) {
            fences.signal(fence);
            fence.release();
        }
    }

    private boolean isPassed(long seqno) {
        return Long.compareUnsigned(readPointer, seqno) >= 0;
    }

    private void put() {
        references.decrementAndGet();
    }

    /** How many fences, and the queue, hold on to this; 0 when it is gone. */
    int references() {
        return references.get();
    }

    /** One table for all fences of the queue; the payload is the driver around it. */
    private final class UserqFence extends FenceOps {
        UserqFence() {
            super(Op.SIGNALED, Op.RELEASE);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "amdgpu_userq_fence";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return task;
        }

        @Override
        protected FenceTag tag(DmaFence fence) {
            return tags.apply(fence.seqno());
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            return isPassed(fence.seqno());
        }

        @Override
        protected void release(DmaFence fence) {
            context.defer(UserqFenceDriver.this::put);
        }
    }
}
