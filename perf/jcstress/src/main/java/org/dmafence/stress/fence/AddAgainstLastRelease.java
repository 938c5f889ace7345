package org.dmafence.stress.fence;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceFreedException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Somebody without a reference adds a callback while the last one goes: r1 added 1, signalled 0 or refused 2; r2 runs
 * of the callback.
 */
public class AddAgainstLastRelease {
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Added in time: the last release signals -EDEADLK and runs it.")
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "Too late, and told so.")
    @Outcome(expect = FORBIDDEN, desc = "I10: a callback on a fence that nobody will signal.")
    @State
    public static class Actual {
        private final DmaFence fence = StressIssuer.fence();
        private final StressIssuer.Count callback = new StressIssuer.Count();

        @Actor
        public void consumer(II_Result r) {
            try {
                r.r1 = fence.addCallback(callback) ? 1 : 0;
            } catch (FenceFreedException e) {
                r.r1 = 2;
            }
        }

        @Actor
        public void owner() {
            fence.release();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = callback.runs;
        }
    }
}
