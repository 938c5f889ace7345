package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.AddAgainstSignal;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** FenceState I3: SIGNALED is tested before the lock bit is taken, and not with it. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class AddWithoutLookingAgain extends AddAgainstSignal {
    public AddWithoutLookingAgain() {
        super(new Protocol() {
            @Override
            protected int lockUnsignaled() {
                for (; ; ) {
                    int s = stateAcquire();
                    if ((s & LOCKED) == 0 && casState(s, s | LOCKED)) {
                        return s | LOCKED;
                    }
                    Thread.onSpinWait();
                }
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
