package org.dmafence.stress.broken;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.stress.resv.ErrorAgainstDrop;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** ResvChanges I3 with the error noted after the fence has left the list. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "In one of the places.")
@Outcome(id = "0", expect = FORBIDDEN, desc = "I3: in neither: success is told where there was an error.")
@State
public class ErrorNotedAfterDrop extends ErrorAgainstDrop.Model {
    @Actor
    public void asker(I_Result r) {
        r.r1 = find() ? 1 : 0;
    }

    @Actor
    public void writer() {
        LISTED.setRelease(this, null);
        KEPT.setRelease(this, "error");
    }
}
