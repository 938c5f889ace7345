package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.DeferAgainstUnload;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** {@code barrier-forgotten}: the driver is freed while a callback that it deferred is still to run. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class BarrierForgotten extends DeferAgainstUnload {
    public BarrierForgotten() {
        super(new Protocol() {
            @Override
            protected void awaitDeferred() {
                // nothing is waited for
            }
        });
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
