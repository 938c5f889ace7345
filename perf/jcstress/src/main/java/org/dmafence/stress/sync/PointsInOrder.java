package org.dmafence.stress.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.DmaFence;
import org.dmafence.sync.SyncTimeline;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Points of a timeline that moves meanwhile. */
public class PointsInOrder {
    /** Somebody polls the later point and looks at the earlier: r1 the later, r2 the earlier. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "The earlier signals first.")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "A poller overtook the increment: the later signalled first.")
    @State
    public static class Polled {
        private final SyncTimeline timeline = Timelines.create();
        private final DmaFence earlier = timeline.point(1);
        private final DmaFence later = timeline.point(2);

        @Actor
        public void poller(II_Result r) {
            r.r1 = later.pollSignaled() ? 1 : 0;
            r.r2 = earlier.isSignaled() ? 1 : 0;
        }

        @Actor
        public void issuer() {
            timeline.increment(2);
        }
    }

    /** A point is made while the timeline reaches it: r1 whether it has signalled in the end. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "Made before or after, it signals.")
    @Outcome(expect = FORBIDDEN, desc = "The increment and the point missed each other.")
    @State
    public static class MadeMeanwhile {
        private final SyncTimeline timeline = Timelines.create();
        private DmaFence made = timeline.point(0);

        @Actor
        public void consumer() {
            made = timeline.point(1);
        }

        @Actor
        public void issuer() {
            timeline.increment(1);
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = made.isSignaled() ? 1 : 0;
        }
    }

    /**
     * A point is asked for again while its last reference goes: r1 whether the answer signals, r2 whether the other was
     * freed.
     */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The same fence, taken in time.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The first was gone, so it is a new one.")
    @Outcome(expect = FORBIDDEN, desc = "A fence that was gone was handed out, or took the new one's place with it.")
    @State
    public static class ReleasedMeanwhile {
        private final SyncTimeline timeline = Timelines.create();
        private final DmaFence first = timeline.point(1);
        private DmaFence second = first;

        @Actor
        public void leaving() {
            first.release();
        }

        @Actor
        public void coming() {
            second = timeline.point(1);
        }

        @Arbiter
        public void end(II_Result r) {
            timeline.increment(1);
            r.r1 = second.isSignaled() ? 1 : 0;
            r.r2 = first.isFreed() ? 1 : 0;
        }
    }
}
