package org.dmafence.stress.container;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.container.FenceChain;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Points are looked for in a chain of four while the middle ones signal and are unlinked; the first and the last never
 * do. The points found, -22 for "after the head", 0 for "reached": r1 for the first point, r2 for the second, r3 for
 * the third.
 */
@Outcome(
        id = {"1, 2, 3", "1, 1, 3", "1, 2, 2", "1, 1, 2", "1, 1, 1", "1, 2, 1"},
        expect = ACCEPTABLE,
        desc = "The point itself, or the latest unsignalled one before it.")
@Outcome(expect = FORBIDDEN, desc = "I1, I2: an unsignalled point was skipped, or an old point called a future one.")
public class ChainFind {
    static class Chain {
        final DmaFence second = Fences.fence(2);
        final DmaFence third = Fences.fence(3);
        final DmaFence head;

        Chain() {
            DmaFence n1 = Fences.link(null, Fences.fence(1), 1);
            DmaFence n3 = Fences.link(Fences.link(n1, second.retain(), 2), third.retain(), 3);
            head = Fences.link(n3, Fences.fence(4), 4);
        }

        final int find(long point) {
            FenceChain.Found found = FenceChain.findSeqno(head, point);
            if (found == null) {
                return -22;
            }
            if (found.fence() == null) {
                return 0;
            }
            int at = (int) Objects.requireNonNull(found.fence()).seqno();
            found.fence().release();
            return at;
        }

        final void findAll(III_Result r) {
            r.r1 = find(1);
            r.r2 = find(2);
            r.r3 = find(3);
        }
    }

    /** The middle ones signal meanwhile, and the finder unlinks them. */
    @JCStressTest
    @JCStressMeta(ChainFind.class)
    @State
    public static class AgainstSignal extends Chain {
        @Actor
        public void signals() {
            Fences.signal(second);
            Fences.signal(third);
        }

        @Actor
        public void finds(III_Result r) {
            findAll(r);
        }
    }

    /** They signal, and somebody else unlinks them too. */
    @JCStressTest
    @JCStressMeta(ChainFind.class)
    @State
    public static class AgainstWalk extends Chain {
        @Actor
        public void signalsAndWalks() {
            Fences.signal(third);
            walk();
            Fences.signal(second);
            walk();
        }

        private void walk() {
            for (DmaFence at = head.retain(); at != null; ) {
                at = FenceChain.walk(at);
            }
        }

        @Actor
        public void finds(III_Result r) {
            findAll(r);
        }
    }
}
