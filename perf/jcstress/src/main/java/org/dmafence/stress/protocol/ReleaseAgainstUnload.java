package org.dmafence.stress.protocol;

import org.dmafence.fence.FenceOps.Op;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The last reference to a fence with a release op goes while the driver is unloaded by force: {@code
 * release-vs-unload}.
 */
public abstract class ReleaseAgainstUnload extends StepsAgainstUnload {
    protected ReleaseAgainstUnload(Protocol fence) {
        super(fence);
    }

    @Override
    public final int left() {
        return fence.release();
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends ReleaseAgainstUnload {
        public Simple() {
            super(new Protocol(true, true));
        }

        @Actor
        public void releaser(III_Result r) {
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

    /** {@code DmaFence}, {@code FenceLedger} and {@code RcuDomain}, in the order of {@code Unload}. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Actual extends DriverAgainstUnload {
        public Actual() {
            super(Driver.tracked(Op.RELEASE));
        }

        @Override
        final void use() {
            driver.fence.release();
        }

        @Override
        public int right() {
            return driver.unloadByForce();
        }

        @Actor
        public void releaser(III_Result r) {
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
