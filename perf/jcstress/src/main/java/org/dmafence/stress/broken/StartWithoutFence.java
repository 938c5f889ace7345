package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.HeldAgainstStart;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The host's store may be seen after its load: both sides believe that the other sees to the job. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class StartWithoutFence extends HeldAgainstStart {
    @Override
    protected void start() {
        startRelease();
    }

    @Actor
    public void engine(III_Result r) {
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
