package org.dmafence.stress.rcu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.rcu.RcuReader;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The grace-period guarantee with plain variables: x is written before a grace period, y after it. A section that
 * missed x began before, so it ends before y is written.
 */
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The section came first.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The section began after the write of x.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The section came last.")
@Outcome(id = "0, 1", expect = FORBIDDEN, desc = "A section saw both sides of a grace period (I2, G2, G3).")
public class OldThenNew {
    /** Plain variables: nothing but RCU orders them. */
    static class Shape {
        int x;
        int y;

        void read(RcuReader reader, II_Result r) {
            long token = reader.lock();
            r.r1 = x;
            r.r2 = y;
            reader.unlock(token);
        }
    }

    /** Membarrier mode. */
    @JCStressTest
    @JCStressMeta(OldThenNew.class)
    @State
    public static class Membarrier extends Shape {
        @Actor
        public void reader(II_Result r) {
            read(Shared.membarrier().reader(), r);
        }

        @Actor
        public void updater() {
            x = 1;
            Shared.membarrier().synchronize();
            y = 1;
        }
    }

    /** Full-fence mode. */
    @JCStressTest
    @JCStressMeta(OldThenNew.class)
    @State
    public static class Fence extends Shape {
        @Actor
        public void reader(II_Result r) {
            read(Shared.fence().reader(), r);
        }

        @Actor
        public void updater() {
            x = 1;
            Shared.fence().synchronize();
            y = 1;
        }
    }

    /** SRCU. */
    @JCStressTest
    @JCStressMeta(OldThenNew.class)
    @State
    public static class Sleepable extends Shape {
        @Actor
        public void reader(II_Result r) {
            int token = Shared.sleepable().readLock();
            r.r1 = x;
            r.r2 = y;
            Shared.sleepable().readUnlock(token);
        }

        @Actor
        public void updater() {
            x = 1;
            Shared.sleepable().synchronize();
            y = 1;
        }
    }

    /** The twin whose reader enters no section. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "Nothing seen.")
    @Outcome(id = "0, 1", expect = ACCEPTABLE_INTERESTING, desc = "Both sides seen, as expected outside a section.")
    @State
    public static class BrokenWithoutSection extends Shape {
        @Actor
        public void reader(II_Result r) {
            r.r1 = x;
            r.r2 = y;
        }

        @Actor
        public void updater() {
            x = 1;
            Shared.fence().synchronize();
            y = 1;
        }
    }
}
