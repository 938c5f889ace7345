package org.dmafence.stress.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A status is read twice while the fence signals with an error: {@code status-vs-signal}. */
public abstract class StatusAgainstSignal extends Race {
    private static final int SIGNALED = 1;
    private static final int ERROR = 2;

    private int state;

    @Override
    public final int left() {
        int first = status();
        int second = status();
        return first == 0 || first == second ? KEPT : STATUS_CHANGED;
    }

    /** 0 while pending; reads the word again for the error, as the class does. */
    private int status() {
        return ((int) STATE.getAcquire(this) & SIGNALED) == 0 ? 0 : (int) STATE.getAcquire(this);
    }

    @Override
    public final int right() {
        signal();
        return KEPT;
    }

    /** Sets the error with the bit. */
    protected void signal() {
        set(SIGNALED | ERROR);
    }

    /** The bit alone. */
    protected final void setSignaled() {
        set(SIGNALED);
    }

    /** The error alone. */
    protected final void setError() {
        set(ERROR);
    }

    private void set(int bits) {
        for (; ; ) {
            int now = (int) STATE.getAcquire(this);
            if (STATE.compareAndSet(this, now, now | bits)) {
                return;
            }
        }
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends StatusAgainstSignal {
        @Actor
        public void reader(III_Result r) {
            r.r1 = left();
        }

        @Actor
        public void signaler(III_Result r) {
            r.r2 = right();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = after();
        }
    }

    private static final VarHandle STATE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(StatusAgainstSignal.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
