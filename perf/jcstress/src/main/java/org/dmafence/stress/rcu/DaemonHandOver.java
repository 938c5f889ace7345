package org.dmafence.stress.rcu;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * How the callback daemon of a domain goes to sleep and ends while somebody defers: a model of the access sequences of
 * RcuCallbacks.sleep and wake, in FENCE mode, with two who defer.
 */
@Outcome(id = "0", expect = ACCEPTABLE, desc = "The daemon saw all that was appended, and went on.")
@Outcome(
        id = "1",
        expect = ACCEPTABLE,
        desc = "It slept or ended, and one of those who defer woke it or started the next.")
@Outcome(id = "9", expect = FORBIDDEN, desc = "Something is queued and nobody is awake (RcuCallbacks, I3 and I4).")
@Outcome(expect = FORBIDDEN, desc = "Two daemons were made (I4).")
@JCStressTest
@JCStressMeta(DaemonHandOver.class)
@State
public class DaemonHandOver {
    private static final int AWAKE = 0;
    private static final int PARKED = 1;
    private static final int ENDED = 2;

    private int appendedFirst;
    private int appendedSecond;
    private volatile int sleep;
    private int wokenOrStarted;
    private int wokenOrStartedToo;

    @Actor
    public void first() {
        QUEUE.setOpaque(this, 1);
        wokenOrStarted = wake();
    }

    @Actor
    public void second() {
        QUEUE_TOO.setOpaque(this, 1);
        wokenOrStartedToo = wake();
    }

    private int wake() {
        VarHandle.fullFence();
        if (sleep == AWAKE) {
            return 0;
        }
        return SLEEP.compareAndSet(this, PARKED, AWAKE) || SLEEP.compareAndSet(this, ENDED, AWAKE) ? 1 : 0;
    }

    @Actor
    public void daemon() {
        sleep = PARKED;
        VarHandle.fullFence();
        boolean idle = (int) QUEUE.getOpaque(this) == 0 && (int) QUEUE_TOO.getOpaque(this) == 0;
        boolean unused = SLEEP.compareAndSet(this, PARKED, idle ? ENDED : AWAKE);
    }

    @Arbiter
    public void arbiter(I_Result r) {
        r.r1 = sleep != AWAKE ? 9 : wokenOrStarted + wokenOrStartedToo;
    }

    private static final VarHandle SLEEP;
    private static final VarHandle QUEUE;
    private static final VarHandle QUEUE_TOO;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SLEEP = lookup.findVarHandle(DaemonHandOver.class, "sleep", int.class);
            QUEUE = lookup.findVarHandle(DaemonHandOver.class, "appendedFirst", int.class);
            QUEUE_TOO = lookup.findVarHandle(DaemonHandOver.class, "appendedSecond", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
