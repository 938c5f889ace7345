package org.dmafence.stress.protocol;

import org.dmafence.fence.FenceOps.Op;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A consumer waits by the driver's own wait op, outside any section, while somebody wants to unload it: {@code
 * wait-vs-unload}.
 */
public abstract class WaitAgainstUnload extends StepsAgainstUnload {
    protected WaitAgainstUnload(Protocol fence) {
        super(fence);
    }

    @Override
    public final int left() {
        return fence.await();
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends WaitAgainstUnload {
        public Simple() {
            super(new Protocol(true, false));
        }

        @Actor
        public void waiter(III_Result r) {
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

    /** {@code DmaFence} and {@code FenceLedger}, whose dependents refuse the unloading. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Actual extends DriverAgainstUnload {
        public Actual() {
            super(Driver.tracked(Op.WAIT));
        }

        @Override
        final void use() {
            long unused = driver.fence.waitTimeout(false, 0);
        }

        @Override
        public int right() {
            return driver.unloadUnlessNeeded();
        }

        @Actor
        public void waiter(III_Result r) {
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
