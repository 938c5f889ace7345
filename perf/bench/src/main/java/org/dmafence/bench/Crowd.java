package org.dmafence.bench;

import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/**
 * Very many virtual threads that wait for one thing. A window is a crowd: the time until all are parked, without that
 * of starting them, which is the same for all contenders and part of it; the heap that they take then; and the time
 * until all are awake. Or how late the last one is when nobody comes and their time runs out.
 */
final class Crowd extends Contender {
    static final String GROUP = "waiters";
    static final String LATCH = "CountDownLatch";
    static final String UNTIMED = "";
    static final String TIMED = ", timed";
    static final String IN_VAIN = ", in vain";

    /** With more whose time runs out at once a latch takes minutes, as each walks the list of all. */
    private static final int MOST_IN_VAIN = 10_000;

    private static final String ALONE = "parking alone";
    private static final long NEVER_NS = TimeUnit.HOURS.toNanos(1);
    private static final long SOON_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NS = 100_000;
    private static final double MS = 1e6;

    private final MethodHandle start;
    private final Supplier<CrowdEvent> made;
    private final int waiters;
    private final String how;

    private Crowd(String name, String how, MethodHandle start, Supplier<CrowdEvent> made, int waiters) {
        super(name + how);
        this.how = how;
        this.start = start;
        this.made = made;
        this.waiters = waiters;
    }

    static Group group() {
        return new Group(GROUP, List.of("-Xmx4g"), Row.FEWEST, 1, true, Crowd::lineUp);
    }

    /** How many of a crowd can wait in vain. */
    static int inVain(int waiters) {
        return Math.min(waiters, MOST_IN_VAIN);
    }

    private static void lineUp(Lineup lineup) {
        FenceContext context =
                FenceContext.builder(FenceRuntime.builder().build()).build();
        MethodHandle start = VirtualThreadStarter.starter();
        for (String how : List.of(UNTIMED, TIMED, IN_VAIN)) {
            add(lineup, LATCH, how, start, CrowdEvent::latch);
            add(lineup, FenceGroups.FENCE, how, start, () -> CrowdEvent.fence(context));
            add(lineup, ALONE, how, start, CrowdEvent::alone);
        }
    }

    private static void add(
            Lineup lineup, String name, String how, @Nullable MethodHandle start, Supplier<CrowdEvent> made) {
        if (start == null) {
            lineup.miss(name + how, VirtualThreadStarter.REMEDY);
            return;
        }
        int waiters = lineup.plan().waiters();
        lineup.add(new Crowd(name, how, start, made, how.equals(IN_VAIN) ? inVain(waiters) : waiters));
    }

    @Override
    void window(Sink sink) throws InterruptedException {
        if (how.equals(IN_VAIN)) {
            waitInVain(sink);
        } else {
            waitAndWake(sink, how.equals(TIMED));
        }
    }

    private void waitAndWake(Sink sink, boolean timed) throws InterruptedException {
        long heapBefore = usedHeap();
        CrowdEvent event = made.get();
        CountDownLatch done = new CountDownLatch(waiters);
        List<Thread> threads = new ArrayList<>(waiters);
        long beganNs = System.nanoTime();
        for (int i = 0; i < waiters; i++) {
            threads.add(VirtualThreadStarter.start(start, () -> {
                if (timed) {
                    if (!event.await(NEVER_NS)) {
                        throw new IllegalStateException("an hour was not long enough");
                    }
                } else {
                    event.await();
                }
                done.countDown();
            }));
        }
        for (int parked = 0; parked < waiters; ) {
            Thread.State state = threads.get(parked).getState();
            if (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING) {
                parked++;
            } else {
                LockSupport.parkNanos(this, LOOK_NS);
            }
        }
        long parkedNs = System.nanoTime();
        double bytes = (double) (usedHeap() - heapBefore) / waiters;
        long happensNs = System.nanoTime();
        event.happens();
        done.await();
        sink.add(Metric.WALL_MS, (parkedNs - beganNs + System.nanoTime() - happensNs) / MS);
        sink.add(Metric.BYTES, bytes);
    }

    private void waitInVain(Sink sink) throws InterruptedException {
        CrowdEvent event = made.get();
        LongAccumulator late = new LongAccumulator(Math::max, Long.MIN_VALUE);
        CountDownLatch done = new CountDownLatch(waiters);
        for (int i = 0; i < waiters; i++) {
            Thread unused = VirtualThreadStarter.start(start, () -> {
                long beganNs = System.nanoTime();
                if (event.await(SOON_NS)) {
                    throw new IllegalStateException("nobody was to come");
                }
                late.accumulate(System.nanoTime() - beganNs - SOON_NS);
                done.countDown();
            });
        }
        done.await();
        sink.add(Metric.WALL_MS, late.get() / MS);
    }

    private static long usedHeap() {
        for (int i = 0; i < 2; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
