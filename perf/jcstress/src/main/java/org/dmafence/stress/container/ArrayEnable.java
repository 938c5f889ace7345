package org.dmafence.stress.container;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.FenceArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** An array is enabled while its fences signal, or while somebody polls it. */
public class ArrayEnable {
    /** r1 whether the callback was added, r2 its runs, r3 how the array ended. */
    @JCStressTest
    @Outcome(id = "1, 1, -5", expect = ACCEPTABLE, desc = "Added, and run once when the array signalled.")
    @Outcome(id = "0, 0, -5", expect = ACCEPTABLE, desc = "All signalled before or while enabling.")
    @Outcome(expect = FORBIDDEN, desc = "I1, I2: a fence counted twice or not at all, or its error lost.")
    @State
    public static class AgainstSignal {
        private final DmaFence first = Fences.fence(1);
        private final DmaFence second = Fences.fence(2);
        private final DmaFence array = FenceArray.create(List.of(first, second)).fence();
        private final Fences.Count callback = new Fences.Count();

        @Actor
        public void enables(III_Result r) {
            r.r1 = array.addCallback(callback) ? 1 : 0;
        }

        @Actor
        public void signals() {
            Fences.signal(second, FenceError.EIO);
            Fences.signal(first);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r2 = callback.runs;
            r.r3 = array.isSignaled() ? array.errno() : 0;
        }
    }

    /** All fences have signalled, one with an error; r1 what the poll answers, r2 how the array ended. */
    @JCStressTest
    @Outcome(
            id = {"0, -5", "-5, -5"},
            expect = ACCEPTABLE,
            desc = "Found complete by the poll, or by the enabling thread.")
    @Outcome(expect = FORBIDDEN, desc = "I1, I3: complete without the error, or not at all.")
    @State
    public static class AgainstPoll {
        private final DmaFence array = FenceArray.create(List.of(Fences.signaled(1), Fences.failed(2, FenceError.EIO)))
                .fence();

        @Actor
        public void enables() {
            array.enableSignaling();
        }

        @Actor
        public void polls(II_Result r) {
            r.r1 = Fences.pollStatus(array);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = array.isSignaled() ? array.errno() : 0;
        }
    }
}
