package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.PollAgainstUnload;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** {@code v5-detach}: the reviewed patch, which tests no table for null, and a signal that takes the table away. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class DetachWithoutNullTests extends PollAgainstUnload {
    public DetachWithoutNullTests() {
        super(new Protocol() {
            @Override
            protected int ask(@Nullable Table seen) {
                return call(seen);
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
