package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.dmafence.stress.protocol.RemoveAgainstSignal;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** FenceState I4: who comes too late to remove a callback does not wait until it has finished. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class RemoveWithoutWaiting extends RemoveAgainstSignal {
    public RemoveWithoutWaiting() {
        super(new Protocol() {
            @Override
            protected void awaitDrained() {
                // it will have finished soon
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
