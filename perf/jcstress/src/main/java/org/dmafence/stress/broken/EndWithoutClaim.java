package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.DoneAgainstRecall;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The end of a job looks whether it was recalled, and does not see to it that it is not from then on. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class EndWithoutClaim extends DoneAgainstRecall {
    @Override
    protected boolean claims() {
        return stateAcquire() != RECALLED;
    }

    @Actor
    public void hardware(III_Result r) {
        r.r1 = left();
    }

    @Actor
    public void host(III_Result r) {
        r.r2 = right();
    }

    @Arbiter
    public void end(III_Result r) {
        r.r3 = after();
    }
}
