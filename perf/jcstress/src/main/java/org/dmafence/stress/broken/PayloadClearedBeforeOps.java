package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.PollAgainstUnload;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** {@code payload-before-ops}: what the ops work on goes before the ops do. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class PayloadClearedBeforeOps extends PollAgainstUnload {
    public PayloadClearedBeforeOps() {
        super(new Protocol() {
            @Override
            protected void detach() {
                table.payload = null;
                super.detach();
            }
        });
    }

    @Actor
    public void poller(III_Result r) {
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
