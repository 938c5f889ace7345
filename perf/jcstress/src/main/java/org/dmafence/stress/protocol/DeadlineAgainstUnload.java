package org.dmafence.stress.protocol;

import org.dmafence.fence.FenceOps.Op;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A consumer sets a deadline while the driver is unloaded: {@code deadline-vs-unload}. */
public abstract class DeadlineAgainstUnload extends StepsAgainstUnload {
    protected DeadlineAgainstUnload(Protocol fence) {
        super(fence);
    }

    @Override
    public final int left() {
        return fence.setDeadline();
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends DeadlineAgainstUnload {
        public Simple() {
            super(new Protocol());
        }

        @Actor
        public void hurrier(III_Result r) {
            r.r1 = left();
        }

        @Actor
        public void unloader(III_Result r) {
            r.r2 = right();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = after();
        }
    }

    /** {@code DmaFence} and {@code RcuDomain}. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Actual extends DriverAgainstUnload {
        public Actual() {
            super(Driver.detachable(Op.SET_DEADLINE, Op.SIGNALED));
        }

        @Override
        final void use() {
            driver.fence.setDeadline(1);
        }

        @Actor
        public void hurrier(III_Result r) {
            r.r1 = left();
        }

        @Actor
        public void unloader(III_Result r) {
            r.r2 = right();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = after();
        }
    }
}
