package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.NamesAgainstUnload;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The name is read after the section in which it was asked for. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class NameAfterSection extends NamesAgainstUnload {
    public NameAfterSection() {
        super(new Protocol() {
            @Override
            protected int askName() {
                enter();
                Table seen = opsAcquire();
                boolean literal = seen == null || isSignaled();
                leave();
                return literal ? LITERAL : call(seen);
            }
        });
    }

    @Actor
    public void namer(III_Result r) {
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
