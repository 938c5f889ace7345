package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.PollAgainstSignal;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** FenceState I1: SIGNALED is tested and then set, not both at once. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class TestThenSet extends PollAgainstSignal {
    public TestThenSet() {
        super(new Protocol() {
            @Override
            protected int testAndSet() {
                int s = stateAcquire();
                if ((s & SIGNALED) != 0) {
                    return 0;
                }
                unlock(s | SIGNALED);
                return s | SIGNALED;
            }
        });
    }

    @Actor
    public void poller(III_Result r) {
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
