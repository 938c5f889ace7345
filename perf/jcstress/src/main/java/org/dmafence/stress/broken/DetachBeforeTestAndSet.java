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

/** {@code detach-before-test-and-set}: the table goes before the fence has signalled. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class DetachBeforeTestAndSet extends NamesAgainstSignal {
    public DetachBeforeTestAndSet() {
        super(new Protocol() {
            @Override
            public boolean signal() {
                detach();
                return super.signal();
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
