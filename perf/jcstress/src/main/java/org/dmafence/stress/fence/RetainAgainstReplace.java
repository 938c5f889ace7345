package org.dmafence.stress.fence;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.DmaFence;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A fence is taken from a slot while another takes its place and it is released: r1 which, r2 whether it is freed. */
public class RetainAgainstReplace {
    @JCStressTest
    @Outcome(
            id = {"1, 0", "2, 0"},
            expect = ACCEPTABLE,
            desc = "The old or the new fence, referenced.")
    @Outcome(expect = FORBIDDEN, desc = "A freed fence, or none although the slot is never empty.")
    @State
    public static class Actual {
        private final DmaFence old = StressIssuer.fence();
        private final DmaFence next = StressIssuer.fence();
        private final RcuReference<DmaFence> slot = new RcuReference<>(StressIssuer.RUNTIME.rcu(), old);

        @Actor
        public void consumer(II_Result r) {
            RcuReader reader = StressIssuer.RUNTIME.rcu().reader();
            long section = reader.lock();
            DmaFence fence = DmaFence.retainFrom(slot);
            reader.unlock(section);
            if (fence != null) {
                r.r1 = fence == old ? 1 : 2;
                r.r2 = fence.isFreed() ? 1 : 0;
            }
        }

        @Actor
        public void updater() {
            slot.assign(next);
            old.release();
        }
    }
}
