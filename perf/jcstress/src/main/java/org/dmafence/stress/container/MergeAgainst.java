package org.dmafence.stress.container;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.FenceCauses;
import org.dmafence.fence.container.FenceChain;
import org.dmafence.fence.container.FenceMerge;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Fences are merged while they signal, or while a chain among them is walked: r1 how the result ends, r2 how many
 * causes.
 */
public class MergeAgainst {
    @JCStressTest
    @Outcome(id = "-5, 1", expect = ACCEPTABLE, desc = "The error is the result's, whether it came before or after.")
    @Outcome(expect = FORBIDDEN, desc = "FenceMerge: the error fell between looking and making.")
    @State
    public static class Signal {
        private final DmaFence failing = Fences.fence(1);
        private final DmaFence other = Fences.fence(2);
        private @Nullable DmaFence merged;

        @Actor
        public void signals() {
            Fences.signal(failing, FenceError.EIO);
            Fences.signal(other);
        }

        @Actor
        public void merges() {
            merged = FenceMerge.merge(other, failing);
        }

        @Arbiter
        public void end(II_Result r) {
            DmaFence result = Objects.requireNonNull(merged);
            r.r1 = Fences.pollStatus(result);
            r.r2 = FenceCauses.of(result).first().size();
        }
    }

    @JCStressTest
    @Outcome(id = "-5, 1", expect = ACCEPTABLE, desc = "The failed point is known, linked or not.")
    @Outcome(expect = FORBIDDEN, desc = "FenceChain I2: the failure was neither in the link nor behind it.")
    @State
    public static class Walk {
        private final DmaFence last = Fences.fence(3);
        private final DmaFence n1 = Fences.link(null, Fences.fence(1), 1);
        private final DmaFence head = Fences.link(Fences.link(n1, Fences.failed(2, FenceError.EIO), 2), last, 3);
        private final DmaFence first = FenceChain.contained(n1);
        private @Nullable DmaFence merged;

        @Actor
        public void walks() {
            for (DmaFence at = head.retain(); at != null; ) {
                at = FenceChain.walk(at);
            }
        }

        @Actor
        public void merges() {
            merged = FenceMerge.merge(head);
        }

        @Arbiter
        public void end(II_Result r) {
            DmaFence result = Objects.requireNonNull(merged);
            Fences.signal(first);
            Fences.signal(last);
            r.r1 = Fences.pollStatus(result);
            r.r2 = FenceCauses.of(result).first().size();
        }
    }
}
