package org.dmafence.stress.broken;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.stress.resv.CursorAgainstWriter;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** ResvList with the count published before the slot that it covers. */
@JCStressTest
@Outcome(
        id = {"0", "1"},
        expect = ACCEPTABLE,
        desc = "Empty, or the entry.")
@Outcome(id = "-1", expect = FORBIDDEN, desc = "A slot below the count is empty.")
@State
public class CountBeforeSlot extends CursorAgainstWriter.Model {
    @Actor
    public void reader(I_Result r) {
        r.r1 = read();
    }

    @Actor
    public void writer() {
        COUNT.setRelease(this, 1);
        SLOT.setRelease(this, "fence");
    }
}
