package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.NamesAgainstSignal;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * {@code merged}: the flag alone is tested, and read before the table: what a weakly ordered machine may make of Linux
 * 7.1.
 */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class FlagBeforeTable extends NamesAgainstSignal {
    public FlagBeforeTable() {
        super(new Protocol() {
            @Override
            protected int askName() {
                boolean signaled = isSignaled();
                Table seen = opsAcquire();
                return signaled ? LITERAL : call(seen);
            }
        });
    }

    @Actor
    public void namer(III_Result r) {
        r.r1 = left();
    }

    @Actor
    public void issuer(III_Result r) {
        r.r2 = right();
    }

    @Arbiter
    public void end(III_Result r) {
        r.r3 = after();
    }
}
