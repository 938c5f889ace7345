package org.dmafence.stress.broken;

import org.dmafence.stress.protocol.PollAgainstUnload;
import org.dmafence.stress.protocol.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * {@code no-grace-period} on {@code DmaFence} itself: what the scenario would see if {@code RcuDomain} did not wait.
 */
@JCStressTest
@JCStressMeta(Race.class)
@State
public class NoGracePeriodOnTheClass extends PollAgainstUnload.Actual {
    @Override
    public int right() {
        return driver.unloadAtOnce();
    }

    @Override
    @Actor
    public void poller(III_Result r) {
        r.r1 = left();
    }

    @Override
    @Actor
    public void unloader(III_Result r) {
        r.r2 = right();
    }

    @Override
    @Arbiter
    public void end(III_Result r) {
        r.r3 = after();
    }
}
