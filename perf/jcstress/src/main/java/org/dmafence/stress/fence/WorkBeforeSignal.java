package org.dmafence.stress.fence;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What the issuer did with plain stores before it signalled is visible to whoever saw the fence signalled, however. */
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Signalled, and the work is visible.")
@Outcome(
        id = {"0, 0", "0, 1"},
        expect = ACCEPTABLE,
        desc = "Not signalled yet.")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "Seen signalled without the work (happens-before of the state word).")
public class WorkBeforeSignal {
    static class Shape {
        final DmaFence fence = StressIssuer.fence();
        int work;

        void signal() {
            work = 1;
            StressIssuer.CONTEXT.signal(fence);
        }
    }

    /** By the flag. */
    @JCStressTest
    @JCStressMeta(WorkBeforeSignal.class)
    @State
    public static class ByFlag extends Shape {
        @Actor
        public void consumer(II_Result r) {
            r.r1 = fence.isSignaled() ? 1 : 0;
            r.r2 = work;
        }

        @Actor
        public void issuer() {
            signal();
        }
    }

    /** By a removal that came too late. */
    @JCStressTest
    @JCStressMeta(WorkBeforeSignal.class)
    @State
    public static class ByRemove extends Shape {
        private final StressIssuer.Count callback = new StressIssuer.Count();

        public ByRemove() {
            fence.addCallback(callback);
        }

        @Actor
        public void consumer(II_Result r) {
            r.r1 = fence.removeCallback(callback) ? 0 : 1;
            r.r2 = work;
        }

        @Actor
        public void issuer() {
            signal();
        }
    }

    /** By sleeping: a lost wake-up shows as a time-out. */
    @JCStressTest
    @JCStressMeta(WorkBeforeSignal.class)
    @State
    public static class ByWaiting extends Shape {
        @Actor
        public void consumer(II_Result r) {
            r.r1 = fence.awaitUninterruptibly(10, TimeUnit.SECONDS) ? 1 : -1;
            r.r2 = work;
        }

        @Actor
        public void issuer() {
            signal();
        }
    }
}
