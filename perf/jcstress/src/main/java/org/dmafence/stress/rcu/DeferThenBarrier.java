package org.dmafence.stress.rcu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.rcu.RcuDomain;
import org.dmafence.stress.rcu.UnpublishThenFree.Element;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Free by a deferred callback, then wait for it: what unloading a driver does. */
@Outcome(
        id = "0, 1",
        expect = ACCEPTABLE,
        desc = "The reader's element stayed alive; the barrier saw the callback run.")
@Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "The reader came late; the barrier saw the callback run.")
@Outcome(expect = FORBIDDEN, desc = "Freed under a reader (RcuCallbacks I2), or the barrier came too early (I1).")
public class DeferThenBarrier {
    /** Adds the deferring updater. */
    static class Shape extends UnpublishThenFree.Shape {
        Shape(RcuDomain domain) {
            super(domain);
        }

        int deferAndWait(RcuDomain domain) {
            Element element = unpublish();
            domain.defer(() -> free(element));
            domain.barrier();
            return element.freed;
        }
    }

    /** Membarrier mode. */
    @JCStressTest
    @JCStressMeta(DeferThenBarrier.class)
    @State
    public static class Membarrier extends Shape {
        public Membarrier() {
            super(Shared.membarrier());
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = read(Shared.membarrier().reader());
        }

        @Actor
        public void updater(II_Result r) {
            r.r2 = deferAndWait(Shared.membarrier());
        }
    }

    /** Full-fence mode. */
    @JCStressTest
    @JCStressMeta(DeferThenBarrier.class)
    @State
    public static class Fence extends Shape {
        public Fence() {
            super(Shared.fence());
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = read(Shared.fence().reader());
        }

        @Actor
        public void updater(II_Result r) {
            r.r2 = deferAndWait(Shared.fence());
        }
    }
}
