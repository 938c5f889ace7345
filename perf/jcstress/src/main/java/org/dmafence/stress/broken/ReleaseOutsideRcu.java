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

/** {@code release-outside-rcu}: the release op is called without a read section. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class ReleaseOutsideRcu extends ReleaseAgainstUnload {
    public ReleaseOutsideRcu() {
        super(new Protocol(true, true) {
            @Override
            protected int releaseLast() {
                return call(opsAcquire());
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
