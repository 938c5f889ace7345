package org.dmafence.stress.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.sync.SyncObj;
import org.dmafence.sync.SyncObjEvent;
import org.dmafence.sync.SyncObjPoint;
import org.dmafence.sync.SyncObjWait;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** A fence is put into an empty object while somebody begins to wait for one: r1 how often it was got. */
@Outcome(id = "1", expect = ACCEPTABLE, desc = "Found by the one who waits, or brought by the one who submits.")
@Outcome(expect = FORBIDDEN, desc = "I2: lost between looking and entering the list, or got twice.")
public class SubmitAgainstWait {
    static class Shape {
        final SyncObj object = SyncObj.create(Submitter.RUNTIME);
        final SyncObjPoint at = new SyncObjPoint(object, 0);

        /** 1 if the point was reached, -1 if it was not in 10 s. */
        int await() {
            long untilNs = Submitter.RUNTIME.clock().nanoTime() + TimeUnit.SECONDS.toNanos(10);
            SyncObjWait wait = SyncObjWait.on(at).with(SyncObjWait.Flag.FOR_SUBMIT);
            try {
                return wait.awaitUntil(untilNs).reached() ? 1 : -1;
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts here", e);
            }
        }
    }

    /** By a listener. */
    @JCStressTest
    @JCStressMeta(SubmitAgainstWait.class)
    @State
    public static class ByEvent extends Shape {
        private int told; // by one thread at most, unless something is broken

        @Actor
        public void waiter() {
            SyncObjEvent.whenAvailable(at, status -> told++);
        }

        @Actor
        public void submitter() {
            object.replaceFence(Submitter.fence());
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = told;
        }
    }

    /** By sleeping: a lost wake-up shows as a time-out. */
    @JCStressTest
    @JCStressMeta(SubmitAgainstWait.class)
    @State
    public static class ByWaiting extends Shape {
        @Actor
        public void waiter(I_Result r) {
            r.r1 = await();
        }

        @Actor
        public void submitter() {
            object.signal();
        }
    }

    /** As {@link ByWaiting}, with a fence that signals right after it was put in. */
    @JCStressTest
    @JCStressMeta(SubmitAgainstWait.class)
    @State
    public static class BySignal extends Shape {
        private final DmaFence fence = Submitter.fence();

        @Actor
        public void waiter(I_Result r) {
            r.r1 = await();
        }

        @Actor
        public void submitter() {
            object.replaceFence(fence);
            Submitter.CONTEXT.signal(fence);
        }
    }

    /** The order of steps alone: enters the list, then looks; the other way round for the one who submits. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "At least one has seen the other.")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "I2: neither has seen the other, and the wait never ends.")
    @State
    public static class SimpleOrder {
        private volatile int payload;
        private volatile int waiters;

        @Actor
        public void waiter(II_Result r) {
            waiters = 1;
            r.r1 = payload;
        }

        @Actor
        public void submitter(II_Result r) {
            payload = 1;
            r.r2 = waiters;
        }
    }

    /** Looks first and enters the list second. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "At least one has seen the other.")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "The lost wake-up that I2 is against.")
    @State
    public static class BrokenOrder {
        private volatile int payload;
        private volatile int waiters;

        @Actor
        public void waiter(II_Result r) {
            r.r1 = payload;
            waiters = 1;
        }

        @Actor
        public void submitter(II_Result r) {
            payload = 1;
            r.r2 = waiters;
        }
    }
}
