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
 * A callback is removed while the fence signals: r1 whether it was removed, r2 the runs seen right then, r3 in the end.
 */
public class RemoveCallbackAgainstSignal {
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "Removed first: it never runs.")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "Too late: it has finished, and what it did is visible.")
    @Outcome(expect = FORBIDDEN, desc = "I4: removed and run, or still running, or lost.")
    @State
    public static class Actual {
        private final DmaFence fence = StressIssuer.fence();
        private final StressIssuer.Count callback = new StressIssuer.Count();

        public Actual() {
            fence.addCallback(callback);
        }

        @Actor
        public void consumer(III_Result r) {
            r.r1 = fence.removeCallback(callback) ? 1 : 0;
            r.r2 = callback.runs;
        }

        @Actor
        public void issuer() {
            StressIssuer.CONTEXT.signal(fence);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = callback.runs;
        }
    }
}
