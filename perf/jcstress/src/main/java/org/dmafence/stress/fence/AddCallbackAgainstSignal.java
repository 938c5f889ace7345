package org.dmafence.stress.fence;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.DmaFence;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A callback is added while the fence signals: r1 whether it was added, r2 its runs, r3 what it saw of the issuer's
 * work.
 */
public class AddCallbackAgainstSignal {
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "Added first, and run once.")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "Signalled first, and refused.")
    @Outcome(expect = FORBIDDEN, desc = "I3: lost, run although refused, run twice, or before the issuer's work.")
    @State
    public static class Actual {
        private final DmaFence fence = StressIssuer.fence();
        private int work;
        private int runs;
        private int seen;

        @Actor
        public void consumer(III_Result r) {
            r.r1 = fence.addCallback(org.dmafence.fence.FenceCallback.of(f -> {
                        runs++;
                        seen = work;
                    }))
                    ? 1
                    : 0;
        }

        @Actor
        public void issuer() {
            work = 1;
            StressIssuer.CONTEXT.signal(fence);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r2 = runs;
            r.r3 = seen;
        }
    }
}
