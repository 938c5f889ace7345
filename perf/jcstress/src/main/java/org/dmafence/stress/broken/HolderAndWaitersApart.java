package org.dmafence.stress.broken;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** WwMutex with a word for the holder and another for waiters, and no full fence between: r1 wakes, r2 sleeps. */
@JCStressTest
@Outcome(
        id = {"1, 1", "0, 0", "1, 0"},
        expect = ACCEPTABLE,
        desc = "Woken, or never asleep.")
@Outcome(id = "0, 1", expect = FORBIDDEN, desc = "I1: asleep, and nobody wakes it.")
@State
public class HolderAndWaitersApart {
    private static final VarHandle HELD;
    private static final VarHandle WAITING;

    private int held = 1;
    private int waiting;

    @Actor
    public void holder(II_Result r) {
        HELD.setRelease(this, 0);
        r.r1 = (int) WAITING.getAcquire(this);
    }

    @Actor
    public void waiter(II_Result r) {
        WAITING.setRelease(this, 1);
        r.r2 = (int) HELD.getAcquire(this);
    }

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HELD = lookup.findVarHandle(HolderAndWaitersApart.class, "held", int.class);
            WAITING = lookup.findVarHandle(HolderAndWaitersApart.class, "waiting", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
