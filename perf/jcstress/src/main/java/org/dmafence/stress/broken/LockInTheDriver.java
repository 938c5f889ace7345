package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.LockAfterUnload;
import org.dmafence.stress.protocol.Protocol;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The external lock lies in the driver's memory, as in the kernel. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class LockInTheDriver extends LockAfterUnload {
    public LockInTheDriver() {
        super(new Protocol() {
            @Override
            protected Memory lockMemory() {
                return table;
            }
        });
    }

    @Actor
    public void locker(III_Result r) {
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
