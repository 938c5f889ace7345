package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.DeadlineAgainstUnload;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** {@code before}: the op is called without a read section, as before the series. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class DeadlineOutsideRcu extends DeadlineAgainstUnload {
    public DeadlineOutsideRcu() {
        super(new Protocol() {
            @Override
            public int setDeadline() {
                Table seen = opsAcquire();
                return seen == null || isSignaled() ? Race.KEPT : call(seen);
            }
        });
    }

    @Actor
    public void hurrier(III_Result r) {
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
