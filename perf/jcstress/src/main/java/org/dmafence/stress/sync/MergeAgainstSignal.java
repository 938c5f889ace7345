package org.dmafence.stress.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncTimeline;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two files are merged while the fence of one of them signals. */
public class MergeAgainstSignal {
    /**
     * One fails during the merge, the other succeeds afterwards: r1 how the merged file ends, r2 how many fences it
     * shows.
     */
    static class Shape {
        private final SyncTimeline failing = Timelines.create();
        private final SyncTimeline other = Timelines.create();
        private final SyncFile one;
        private final SyncFile two;
        private final ErrorPolicy policy;
        private SyncFile merged;

        Shape(ErrorPolicy policy) {
            this.policy = policy;
            one = Timelines.file(failing, 1, policy);
            two = Timelines.file(other, 1, policy);
            merged = one;
        }

        void merge() {
            merged = one.merge("merged", two);
        }

        void fail() {
            failing.close();
        }

        void finish(II_Result r) {
            other.increment(1);
            r.r1 = Timelines.number(merged.pollStatus());
            r.r2 = merged.pollFenceCount();
            merged.close();
            one.close();
            two.close();
        }

        @Override
        public String toString() {
            return policy + " " + merged;
        }
    }

    /** As files are by default. */
    @JCStressTest
    @Outcome(id = "-2, 1", expect = ACCEPTABLE, desc = "Failed first, left out, and its error kept.")
    @Outcome(id = "-2, 2", expect = ACCEPTABLE, desc = "Merged first.")
    @Outcome(expect = FORBIDDEN, desc = "An error became success, or the file never signalled.")
    @State
    public static class Actual extends Shape {
        public Actual() {
            super(ErrorPolicy.KEEP_FIRST);
        }

        @Actor
        public void merger() {
            merge();
        }

        @Actor
        public void issuer() {
            fail();
        }

        @Arbiter
        public void end(II_Result r) {
            finish(r);
        }
    }

    /** As the kernel merges. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "Failed first, left out, and its error lost.")
    @Outcome(id = "1, 2", expect = ACCEPTABLE_INTERESTING, desc = "Merged first, and the error lost by polling.")
    @Outcome(expect = FORBIDDEN, desc = "The file never signalled.")
    @State
    public static class BrokenAsTheKernel extends Shape {
        public BrokenAsTheKernel() {
            super(ErrorPolicy.KERNEL);
        }

        @Actor
        public void merger() {
            merge();
        }

        @Actor
        public void issuer() {
            fail();
        }

        @Arbiter
        public void end(II_Result r) {
            finish(r);
        }
    }

    /**
     * A listener on the merged file while both signal: r1 how often it was told, r2 what it saw of the issuers' work.
     */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "Told once, and both issuers' work is visible.")
    @Outcome(expect = FORBIDDEN, desc = "Told twice, not at all, or before the work of one of them.")
    @State
    public static class Listening {
        private final SyncTimeline first = Timelines.create();
        private final SyncTimeline second = Timelines.create();
        private final SyncFile one = Timelines.file(first, 1, ErrorPolicy.KEEP_FIRST);
        private final SyncFile two = Timelines.file(second, 1, ErrorPolicy.KEEP_FIRST);
        private int told;
        private int firstWork;
        private int secondWork;
        private int firstSeen;
        private int secondSeen;

        @Actor
        public void merger() {
            one.merge("merged", two).listen(status -> {
                told++;
                firstSeen = firstWork;
                secondSeen = secondWork;
            });
        }

        @Actor
        public void firstIssuer() {
            firstWork = 1;
            first.increment(1);
        }

        @Actor
        public void secondIssuer() {
            secondWork = 1;
            second.increment(1);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = told;
            r.r2 = firstSeen;
            r.r3 = secondSeen;
        }
    }
}
