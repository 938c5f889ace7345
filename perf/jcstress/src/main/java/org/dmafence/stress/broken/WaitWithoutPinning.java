package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.dmafence.stress.protocol.WaitAgainstUnload;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** {@code wait-without-pinning}: a fence with a wait op does not keep its driver loaded. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class WaitWithoutPinning extends WaitAgainstUnload {
    public WaitWithoutPinning() {
        super(new Protocol(true, false) {
            @Override
            protected boolean isPinned() {
                return false;
            }
        });
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
