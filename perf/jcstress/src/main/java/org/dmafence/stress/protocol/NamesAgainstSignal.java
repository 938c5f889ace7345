package org.dmafence.stress.protocol;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A consumer asks for the driver's name while the fence signals: {@code names-vs-signal}. {@code NamesAgainstDetach} is
 * the same on the class.
 */
public abstract class NamesAgainstSignal extends Race {
    protected final Protocol fence;

    protected NamesAgainstSignal(Protocol fence) {
        this.fence = fence;
    }

    @Override
    public final int left() {
        return fence.name();
    }

    @Override
    public final int right() {
        return fence.signal() ? KEPT : TWO_WINNERS;
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends NamesAgainstSignal {
        public Simple() {
            super(new Protocol());
        }

        @Actor
        public void namer(III_Result r) {
            r.r1 = left();
        }

        @Actor
        public void issuer(III_Result r) {
            r.r2 = right();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = after();
        }
    }
}
