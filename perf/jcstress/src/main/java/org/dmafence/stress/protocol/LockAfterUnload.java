package org.dmafence.stress.protocol;

import org.dmafence.fence.FenceOps.Op;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A consumer takes a fence's external lock while the driver is unloaded: {@code lock-after-unload}. */
public abstract class LockAfterUnload extends StepsAgainstUnload {
    protected LockAfterUnload(Protocol fence) {
        super(fence);
    }

    @Override
    public final int left() {
        return fence.lock();
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends LockAfterUnload {
        public Simple() {
            super(new Protocol());
        }

        @Actor
        public void locker(III_Result r) {
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

    /** {@code FenceLock} lies in no driver: enabling takes it, and asks the driver under it. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Actual extends DriverAgainstUnload {
        public Actual() {
            super(Driver.locked(Op.ENABLE_SIGNALING));
        }

        @Override
        final void use() {
            driver.fence.enableSignaling();
        }

        @Override
        public int right() {
            return driver.unloadByForce();
        }

        @Actor
        public void locker(III_Result r) {
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
