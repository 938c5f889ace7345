package org.dmafence.stress.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.DmaFence;
import org.dmafence.rcu.RcuReference;
import org.dmafence.sync.SyncObj;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A fence that only the object holds is replaced while somebody takes it: r1 which was taken, r2 whether it was freed
 * by then.
 */
public class SnapshotAgainstReplace {
    @JCStressTest
    @Outcome(
            id = {"1, 0", "2, 0"},
            expect = ACCEPTABLE,
            desc = "The old or the new fence, referenced.")
    @Outcome(expect = FORBIDDEN, desc = "A freed fence, or none although the object was never empty.")
    @State
    public static class Actual {
        private final SyncObj object = SyncObj.create(Submitter.RUNTIME);
        private final DmaFence old = Submitter.fence();
        private final DmaFence next = Submitter.fence();

        public Actual() {
            object.replaceFence(old);
            old.release();
        }

        @Actor
        public void waiter(II_Result r) {
            DmaFence fence = object.fence();
            if (fence != null) {
                r.r1 = fence == old ? 1 : 2;
                r.r2 = fence.isFreed() ? 1 : 0;
                fence.release();
            }
        }

        @Actor
        public void submitter() {
            object.replaceFence(next);
        }
    }

    /** Takes what is there without a reference. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "2, 0"},
            expect = ACCEPTABLE,
            desc = "The old or the new fence.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "The use after free that the reference is against.")
    @State
    public static class BrokenWithoutReference {
        private final DmaFence old = Submitter.fence();
        private final DmaFence next = Submitter.fence();
        private final RcuReference<DmaFence> slot = new RcuReference<>(Submitter.RUNTIME.rcu(), old);

        @Actor
        public void waiter(II_Result r) {
            DmaFence fence = slot.access();
            if (fence != null) {
                r.r1 = fence == old ? 1 : 2;
                r.r2 = fence.isFreed() ? 1 : 0;
            }
        }

        @Actor
        public void submitter() {
            slot.assign(next);
            old.release();
        }
    }
}
