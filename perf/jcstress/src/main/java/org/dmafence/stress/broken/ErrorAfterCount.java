package org.dmafence.stress.broken;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.stress.container.ArrayLastSignal;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** FenceArray I1 with the error recorded after the decrement. */
@JCStressTest
@Outcome(
        id = {"0", "-5"},
        expect = ACCEPTABLE,
        desc = "Pending, or complete with the error.")
@Outcome(expect = FORBIDDEN, desc = "I1: complete without the error.")
@State
public class ErrorAfterCount extends ArrayLastSignal.Model {
    @Actor
    public void fails() {
        int unused = (int) PENDING.getAndAdd(this, -1);
        error = -5;
    }

    @Actor
    public void polls(I_Result r) {
        r.r1 = status();
    }
}
