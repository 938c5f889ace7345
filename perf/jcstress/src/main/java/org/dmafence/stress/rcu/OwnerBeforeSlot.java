package org.dmafence.stress.rcu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuReader;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A handle moves to another thread, which enters a section; the one that had it is not inside, whatever it sees of
 * that.
 */
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The other thread had not got the handle yet.")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The other thread was inside, and the first knew it was not itself.")
@Outcome(expect = FORBIDDEN, desc = "The slot was seen entered by the handle's last owner (RcuReader, I4).")
public class OwnerBeforeSlot {
    /** The handle, and whose turn it is. */
    static class Shape {
        private final RcuDomain domain;
        private final RcuReader handle;
        private final AtomicInteger handedOver = new AtomicInteger();

        Shape(RcuDomain domain) {
            this.domain = domain;
            handle = domain.register("moves");
        }

        int giveAndLook() {
            handle.unlock(handle.lock());
            handedOver.setRelease(1); // pairs with take
            boolean held = domain.isHeld();
            held |= domain.isHeld();
            return held ? 1 : 0;
        }

        int take() {
            if (handedOver.getAcquire() == 0) { // pairs with giveAndLook
                return 0; // the handle is left to the registry, which takes back what is dropped
            }
            handle.unlock(handle.lock());
            handle.close();
            return 1;
        }
    }

    /** Membarrier mode. */
    @JCStressTest
    @JCStressMeta(OwnerBeforeSlot.class)
    @State
    public static class Membarrier extends Shape {
        public Membarrier() {
            super(Shared.membarrier());
        }

        @Actor
        public void next(II_Result r) {
            r.r1 = take();
        }

        @Actor
        public void last(II_Result r) {
            r.r2 = giveAndLook();
        }
    }

    /** Full-fence mode. */
    @JCStressTest
    @JCStressMeta(OwnerBeforeSlot.class)
    @State
    public static class Fence extends Shape {
        public Fence() {
            super(Shared.fence());
        }

        @Actor
        public void next(II_Result r) {
            r.r1 = take();
        }

        @Actor
        public void last(II_Result r) {
            r.r2 = giveAndLook();
        }
    }
}
