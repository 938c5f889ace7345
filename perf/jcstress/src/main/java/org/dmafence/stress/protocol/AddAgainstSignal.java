package org.dmafence.stress.protocol;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A callback is added while the fence signals: {@code add-callback-vs-signal}. The class is tested under the same name
 * in {@code org.dmafence.stress.fence}.
 */
public abstract class AddAgainstSignal extends Race {
    protected final Protocol fence;
    private final Protocol.Callback callback = new Protocol.Callback();
    private boolean added;

    protected AddAgainstSignal(Protocol fence) {
        this.fence = fence;
    }

    @Override
    public final int left() {
        added = fence.add(callback);
        return KEPT;
    }

    @Override
    public final int right() {
        return fence.signal() ? KEPT : TWO_WINNERS;
    }

    @Override
    public final int after() {
        return Protocol.runs(callback) == (added ? 1 : 0) ? KEPT : CALLBACK_LOST;
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends AddAgainstSignal {
        public Simple() {
            super(new Protocol());
        }

        @Actor
        public void consumer(III_Result r) {
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
