package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.dmafence.stress.protocol.ReleaseAgainstUnload;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** FenceLedger once was so: a fence without references is forgotten, though its release op is still to be asked. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class ForgottenBeforeTold extends ReleaseAgainstUnload {
    public ForgottenBeforeTold() {
        super(new Protocol(true, true) {
            @Override
            protected boolean isKnown() {
                return referencesOpaque() > 0;
            }
        });
    }

    @Actor
    public void releaser(III_Result r) {
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
