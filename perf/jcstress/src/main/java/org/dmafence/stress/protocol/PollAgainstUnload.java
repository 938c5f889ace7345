package org.dmafence.stress.protocol;

import org.dmafence.fence.FenceOps.Op;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A consumer polls while the driver is unloaded: {@code poll-vs-unload}. */
public abstract class PollAgainstUnload extends StepsAgainstUnload {
    protected PollAgainstUnload(Protocol fence) {
        super(fence);
    }

    @Override
    public final int left() {
        return fence.poll();
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends PollAgainstUnload {
        public Simple() {
            super(new Protocol());
        }

        @Actor
        public void poller(III_Result r) {
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

    /** {@code DmaFence} and {@code RcuDomain}; the driver may be asked until its memory is freed. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Actual extends DriverAgainstUnload {
        public Actual() {
            super(Driver.detachable(Op.SIGNALED));
        }

        @Override
        final void use() {
            boolean unused = driver.fence.pollSignaled();
        }

        @Actor
        public void poller(III_Result r) {
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
