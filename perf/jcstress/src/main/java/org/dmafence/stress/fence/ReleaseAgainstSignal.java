package org.dmafence.stress.fence;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps.Op;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The last reference goes while the fence signals: r1 calls of the release op, r2 runs of the callback, r3 freed. */
public class ReleaseAgainstSignal {
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "Told once, run once (in time or by -EDEADLK), freed.")
    @Outcome(expect = FORBIDDEN, desc = "I1, I3: a callback lost or run twice, or the issuer told twice or never.")
    @State
    public static class Actual {
        private final StressIssuer.Ops ops = new StressIssuer.Ops(Op.RELEASE);
        private final DmaFence fence = StressIssuer.fence(ops);
        private final StressIssuer.Count callback = new StressIssuer.Count();

        public Actual() {
            fence.addCallback(callback);
        }

        @Actor
        public void consumer() {
            fence.release();
        }

        @Actor
        public void issuer() {
            StressIssuer.CONTEXT.signal(fence);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = ops.releases;
            r.r2 = callback.runs;
            r.r3 = fence.isFreed() ? 1 : 0;
        }
    }
}
