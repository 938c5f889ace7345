package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.Race;
import org.dmafence.stress.protocol.StatusAgainstSignal;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The error is set once the fence has signalled: who looked in between has seen a success. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class ErrorAfterSignal extends StatusAgainstSignal {
    @Override
    protected void signal() {
        setSignaled();
        setError();
    }

    @Actor
    public void reader(III_Result r) {
        r.r1 = left();
    }

    @Actor
    public void signaler(III_Result r) {
        r.r2 = right();
    }

    @Arbiter
    public void end(III_Result r) {
        r.r3 = after();
    }
}
