package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.EnableAgainstSignal;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** FenceState I5: a signal does not wait for the enable op of another thread. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class SignalDuringEnable extends EnableAgainstSignal {
    public SignalDuringEnable() {
        super(new Protocol() {
            @Override
            protected boolean isHeldByEnabler(int s) {
                return false;
            }
        });
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
