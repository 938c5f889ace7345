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
 * A job's hardware fence signals while the host takes the job back, to run it again: {@code done-vs-recall}. The engine
 * has added the run to the fence and is about to say so. The steps are those of {@code HardwareRun}.
 */
public abstract class DoneAgainstRecall extends Race {
    protected static final int TAKEN = 1;
    protected static final int FOLLOWED = 2;
    protected static final int RECALLED = 3;

    private static final int LINKED = 0;
    private static final int SIGNALED = 1;
    private static final int REMOVED = 2;

    private int state = TAKEN;
    private int callback = LINKED;
    private int outcomes;

    /** The hardware: whoever takes the callback off runs it. */
    @Override
    public final int left() {
        if (!CALLBACK.compareAndSet(this, LINKED, SIGNALED) || !claims()) {
            return KEPT;
        }
        return (int) OUTCOMES.getAndAdd(this, 1) == 0 ? KEPT : JOB_TWICE;
    }

    /** Whether the callback may end the job; it has the run followed, so that nobody takes it back. */
    protected boolean claims() {
        for (; ; ) {
            int now = stateAcquire();
            if (now == RECALLED || now == FOLLOWED || STATE.compareAndSet(this, now, FOLLOWED)) {
                return now != RECALLED;
            }
        }
    }

    /** The host. */
    @Override
    public final int right() {
        boolean recalled = STATE.compareAndSet(this, TAKEN, RECALLED)
                || (stateAcquire() == FOLLOWED && CALLBACK.compareAndSet(this, LINKED, REMOVED));
        return !recalled || (int) OUTCOMES.getAndAdd(this, 1) == 0 ? KEPT : JOB_TWICE;
    }

    @Override
    public final int after() {
        return (int) OUTCOMES.getVolatile(this) == 1 ? KEPT : JOB_TWICE;
    }

    protected final int stateAcquire() {
        return (int) STATE.getAcquire(this);
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends DoneAgainstRecall {
        @Actor
        public void hardware(III_Result r) {
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
    private static final VarHandle CALLBACK;
    private static final VarHandle OUTCOMES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(DoneAgainstRecall.class, "state", int.class);
            CALLBACK = lookup.findVarHandle(DoneAgainstRecall.class, "callback", int.class);
            OUTCOMES = lookup.findVarHandle(DoneAgainstRecall.class, "outcomes", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
