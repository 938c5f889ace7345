package org.dmafence.stress.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The engine hands over a run of a stopped scheduler, while that starts: {@code held-vs-start}. One of the two has to
 * see the other.
 */
public abstract class HeldAgainstStart extends Race {
    private static final int TAKEN = 1;
    private static final int HELD = 2;
    private static final int LANDING = 3;

    private int state = TAKEN;
    private int held = 1;
    private int ends;

    /** The engine. */
    @Override
    public final int left() {
        if (STATE.compareAndSet(this, TAKEN, HELD) && (int) HELD_BACK.getVolatile(this) == 0) {
            follow();
        }
        return KEPT;
    }

    /** The host. */
    @Override
    public final int right() {
        start();
        if (look() == HELD) {
            follow();
        }
        return KEPT;
    }

    /** Says that nobody is to wait any more. */
    protected void start() {
        HELD_BACK.setVolatile(this, 0); // before the state is read; pairs with left
    }

    /** Reads the state. */
    protected final int look() {
        return (int) STATE.getVolatile(this);
    }

    /** As {@link #start}, ordered before nothing. */
    protected final void startRelease() {
        HELD_BACK.setRelease(this, 0);
    }

    private void follow() {
        if (STATE.compareAndSet(this, HELD, LANDING)) {
            ENDS.getAndAdd(this, 1);
        }
    }

    @Override
    public final int after() {
        return (int) ENDS.getVolatile(this) == 1 ? KEPT : JOB_TWICE;
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends HeldAgainstStart {
        @Actor
        public void engine(III_Result r) {
            r.r1 = left();
        }

        @Actor
        public void host(III_Result r) {
            r.r2 = right();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = after();
        }
    }

    private static final VarHandle STATE;
    private static final VarHandle HELD_BACK;
    private static final VarHandle ENDS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(HeldAgainstStart.class, "state", int.class);
            HELD_BACK = lookup.findVarHandle(HeldAgainstStart.class, "held", int.class);
            ENDS = lookup.findVarHandle(HeldAgainstStart.class, "ends", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
