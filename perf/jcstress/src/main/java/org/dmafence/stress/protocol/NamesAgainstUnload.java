package org.dmafence.stress.protocol;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A consumer asks for the driver's name, and reads it, while the driver is unloaded: {@code names-vs-unload}. */
public abstract class NamesAgainstUnload extends StepsAgainstUnload {
    protected NamesAgainstUnload(Protocol fence) {
        super(fence);
    }

    @Override
    public final int left() {
        return fence.name();
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends NamesAgainstUnload {
        public Simple() {
            super(new Protocol());
        }

        @Actor
        public void namer(III_Result r) {
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
            super(Driver.detachable());
        }

        @Override
        final void use() {
            String unused = driver.fence.driverName();
            unused = driver.fence.timelineName();
        }

        @Actor
        public void namer(III_Result r) {
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
