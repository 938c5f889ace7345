package org.dmafence.bench;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;

/** What a {@link Crowd} waits for; any thread. */
interface CrowdEvent {
    void await() throws InterruptedException;

    /** False if the time passed first. */
    boolean await(long timeoutNs) throws InterruptedException;

    /** Wakes all. */
    void happens();

    /** The JDK's. */
    static CrowdEvent latch() {
        CountDownLatch latch = new CountDownLatch(1);
        return new CrowdEvent() {
            @Override
            public void await() throws InterruptedException {
                latch.await();
            }

            @Override
            public boolean await(long timeoutNs) throws InterruptedException {
                return latch.await(timeoutNs, TimeUnit.NANOSECONDS);
            }

            @Override
            public void happens() {
                latch.countDown();
            }
        };
    }

    /** Ours. */
    static CrowdEvent fence(FenceContext context) {
        DmaFence fence = context.newFence(new BenchOps(), 1);
        return new CrowdEvent() {
            @Override
            public void await() throws InterruptedException {
                fence.await();
            }

            @Override
            public boolean await(long timeoutNs) throws InterruptedException {
                return fence.await(timeoutNs, TimeUnit.NANOSECONDS);
            }

            @Override
            public void happens() {
                context.signal(fence);
            }
        };
    }

    /** The limit: each thread by itself. */
    static CrowdEvent alone() {
        return new CrowdEvent() {
            private final Queue<Thread> parked = new ConcurrentLinkedQueue<>();
            private volatile boolean happened;

            @Override
            public void await() {
                parked.add(Thread.currentThread());
                while (!happened) {
                    LockSupport.park(this);
                }
            }

            @Override
            public boolean await(long timeoutNs) {
                parked.add(Thread.currentThread());
                long beganNs = System.nanoTime();
                for (long leftNs = timeoutNs; !happened && leftNs > 0; ) {
                    LockSupport.parkNanos(this, leftNs);
                    leftNs = timeoutNs - (System.nanoTime() - beganNs);
                }
                return happened;
            }

            @Override
            public void happens() {
                happened = true;
                parked.forEach(LockSupport::unpark);
            }
        };
    }
}
