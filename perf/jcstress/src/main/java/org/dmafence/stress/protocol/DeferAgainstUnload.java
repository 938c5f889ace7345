package org.dmafence.stress.protocol;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A callback that the driver deferred runs while the driver is unloaded: {@code defer-vs-unload}. {@code
 * DeferThenBarrier} is the same on the class.
 */
public abstract class DeferAgainstUnload extends Race {
    protected final Protocol fence;

    protected DeferAgainstUnload(Protocol fence) {
        this.fence = fence;
        fence.defer();
    }

    @Override
    public final int left() {
        return fence.runDeferred();
    }

    @Override
    public final int right() {
        return fence.unload();
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends DeferAgainstUnload {
        public Simple() {
            super(new Protocol());
        }

        @Actor
        public void callbackThread(III_Result r) {
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
