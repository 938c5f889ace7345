package org.dmafence.stress.rcu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.rcu.RcuReader;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The other direction: a section writes x, then y. An updater that saw x and then waited for a grace period sees the
 * whole section.
 */
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The grace period came first.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The section began during the grace period.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The section ended before the grace period did.")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "A grace period ended inside a section that it had to wait for (I3).")
public class SectionIsWhole {
    /** Plain variables: nothing but RCU orders them. */
    static class Shape {
        int x;
        int y;

        void write(RcuReader reader) {
            long token = reader.lock();
            x = 1;
            y = 1;
            reader.unlock(token);
        }
    }

    /** Membarrier mode. */
    @JCStressTest
    @JCStressMeta(SectionIsWhole.class)
    @State
    public static class Membarrier extends Shape {
        @Actor
        public void section() {
            write(Shared.membarrier().reader());
        }

        @Actor
        public void updater(II_Result r) {
            r.r1 = x;
            Shared.membarrier().synchronize();
            r.r2 = y;
        }
    }

    /** Full-fence mode. */
    @JCStressTest
    @JCStressMeta(SectionIsWhole.class)
    @State
    public static class Fence extends Shape {
        @Actor
        public void section() {
            write(Shared.fence().reader());
        }

        @Actor
        public void updater(II_Result r) {
            r.r1 = x;
            Shared.fence().synchronize();
            r.r2 = y;
        }
    }

    /** SRCU. */
    @JCStressTest
    @JCStressMeta(SectionIsWhole.class)
    @State
    public static class Sleepable extends Shape {
        @Actor
        public void section() {
            int token = Shared.sleepable().readLock();
            x = 1;
            y = 1;
            Shared.sleepable().readUnlock(token);
        }

        @Actor
        public void updater(II_Result r) {
            r.r1 = x;
            Shared.sleepable().synchronize();
            r.r2 = y;
        }
    }
}
