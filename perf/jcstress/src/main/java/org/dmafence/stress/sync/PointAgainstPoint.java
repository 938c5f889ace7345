package org.dmafence.stress.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.DmaFence;
import org.dmafence.sync.SyncObj;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two threads add points 1 and 2: r1 and r2 the references of their fences, r3 the last point. */
public class PointAgainstPoint {
    @JCStressTest
    @Outcome(id = "2, 2, 2", expect = ACCEPTABLE, desc = "Both are linked, in whichever order.")
    @Outcome(expect = FORBIDDEN, desc = "I4: a point is lost, or linked twice.")
    @State
    public static class Actual {
        private final SyncObj object = SyncObj.create(Submitter.RUNTIME);
        private final DmaFence one = Submitter.fence();
        private final DmaFence two = Submitter.fence();

        @Actor
        public void first() {
            object.addPoint(one, 1);
        }

        @Actor
        public void second() {
            object.addPoint(two, 2);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = one.references();
            r.r2 = two.references();
            r.r3 = (int) object.lastSubmittedPoint();
        }
    }
}
