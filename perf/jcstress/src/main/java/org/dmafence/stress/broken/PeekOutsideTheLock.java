package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.CanQueueAgainstFree;
import org.dmafence.stress.protocol.ProtocolSections.Memory;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The kernel's {@code drm_sched_can_queue()}: the first job is looked up under the lock, and looked at outside. */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class PeekOutsideTheLock extends CanQueueAgainstFree {
    @Override
    protected int canQueue() {
        Memory first = peek();
        return first == null ? KEPT : first.touch();
    }

    @Actor
    public void scheduler(III_Result r) {
        r.r1 = left();
    }

    @Actor
    public void owner(III_Result r) {
        r.r2 = right();
    }

    @Arbiter
    public void end(III_Result r) {
        r.r3 = after();
    }
}
