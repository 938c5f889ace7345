package org.dmafence.stress.fence;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two signal with different errors: r1 and r2 what each saw afterwards, r3 what stays. */
public class ErrorOfTheWinner {
    @JCStressTest
    @Outcome(
            id = {"-5, -5, -5", "-62, -62, -62"},
            expect = ACCEPTABLE,
            desc = "One error, once and for all.")
    @Outcome(expect = FORBIDDEN, desc = "I1: the error changed after somebody saw the fence signalled.")
    @State
    public static class Actual {
        private final DmaFence fence = StressIssuer.fence();

        @Actor
        public void first(III_Result r) {
            StressIssuer.CONTEXT.signal(fence, FenceError.EIO);
            r.r1 = fence.errno();
        }

        @Actor
        public void second(III_Result r) {
            StressIssuer.CONTEXT.signal(fence, FenceError.ETIME);
            r.r2 = fence.errno();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = fence.errno();
        }
    }

    /** The twin that sets the error first and signals then, as the kernel's callers do. */
    @JCStressTest
    @Outcome(
            id = {"-5, -5, -5", "-62, -62, -62"},
            expect = ACCEPTABLE,
            desc = "One error.")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "The loser's error came over the winner's, seen or unseen.")
    @State
    public static class BrokenTwoSteps {
        private final DmaFence fence = StressIssuer.fence();

        private void signal(FenceError error) {
            if (!fence.isSignaled()) {
                StressIssuer.CONTEXT.setError(fence, error);
                StressIssuer.CONTEXT.signal(fence);
            }
        }

        @Actor
        public void first(III_Result r) {
            signal(FenceError.EIO);
            r.r1 = fence.errno();
        }

        @Actor
        public void second(III_Result r) {
            signal(FenceError.ETIME);
            r.r2 = fence.errno();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = fence.errno();
        }
    }
}
