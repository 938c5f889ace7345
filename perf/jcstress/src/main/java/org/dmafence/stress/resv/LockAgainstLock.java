package org.dmafence.stress.resv;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.resv.AcquireContext;
import org.dmafence.resv.LockResult;
import org.dmafence.resv.WwClass;
import org.dmafence.resv.WwMutex;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Threads that want the same locks. One that never gets what it wants shows as a test that does not end. */
public class LockAgainstLock {
    static final WwClass WAIT_DIE = WwClass.waitDie("stress wait-die");
    static final WwClass WOUND_WAIT = WwClass.woundWait("stress wound-wait");

    /** Two threads count under one lock, each once by waiting and once by trying. */
    @JCStressTest
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "One at a time, and each sees what the one before did.")
    @Outcome(expect = FORBIDDEN, desc = "I1: two held it at once, or a count was not seen.")
    @State
    public static class ActualExclusion {
        private final WwMutex mutex = new WwMutex(WAIT_DIE, Buffers.RUNTIME.parking());
        private int count;

        private void countByTrying() {
            while (!mutex.tryLock()) {
                Thread.onSpinWait();
            }
            count++;
            mutex.unlock();
        }

        @Actor
        public void plain() {
            mutex.lock();
            count++;
            mutex.unlock();
            countByTrying();
        }

        @Actor
        public void context() {
            try (AcquireContext context = AcquireContext.begin(WAIT_DIE)) {
                if (mutex.lock(context) == LockResult.LOCKED) {
                    count++;
                    mutex.unlock();
                }
            }
            countByTrying();
        }

        @Arbiter
        public void sum(I_Result r) {
            r.r1 = mutex.isLocked() ? -1 : count;
        }
    }

    /** Two threads take two locks in opposite orders. */
    static class Crossing {
        private final WwClass wwClass;
        private final WwMutex left;
        private final WwMutex right;
        private int count;

        Crossing(WwClass wwClass) {
            this.wwClass = wwClass;
            left = new WwMutex(wwClass, Buffers.RUNTIME.parking());
            right = new WwMutex(wwClass, Buffers.RUNTIME.parking());
        }

        /** Whether it had to back off. */
        int countUnder(boolean leftFirst) {
            WwMutex first = leftFirst ? left : right;
            WwMutex second = leftFirst ? right : left;
            int backedOff = 0;
            try (AcquireContext context = AcquireContext.begin(wwClass)) {
                first.lockSlow(context);
                while (second.lock(context) == LockResult.DEADLOCK) {
                    backedOff = 1;
                    first.unlock();
                    second.lockSlow(context);
                    WwMutex swap = first;
                    first = second;
                    second = swap;
                }
                count++;
                first.unlock();
                second.unlock();
            }
            return backedOff;
        }

        void check(II_Result r) {
            if (count != 2) {
                r.r1 = -1;
            }
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "Both got both, the younger after backing off if need be.")
    @Outcome(expect = FORBIDDEN, desc = "I3: the older backed off too, or a count was lost.")
    @State
    public static class ActualWaitDie extends Crossing {
        public ActualWaitDie() {
            super(WAIT_DIE);
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = countUnder(true);
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = countUnder(false);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            check(r);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "Both got both, the younger after backing off if need be.")
    @Outcome(expect = FORBIDDEN, desc = "I4: the older backed off too, or a count was lost.")
    @State
    public static class ActualWoundWait extends Crossing {
        public ActualWoundWait() {
            super(WOUND_WAIT);
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = countUnder(true);
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = countUnder(false);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            check(r);
        }
    }

    /** A lock that is held, one thread that unlocks and one that wants it. */
    static class Model {
        static final VarHandle STATE;

        static final int HELD = 1;
        static final int CONTENDED = 2;

        int state = HELD;

        static {
            try {
                STATE = MethodHandles.lookup().findVarHandle(Model.class, "state", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    /** One word says both: r1 whether the unlocker wakes, r2 whether the other sleeps. */
    @JCStressTest
    @Outcome(
            id = {"1, 1", "0, 0"},
            expect = ACCEPTABLE,
            desc = "Woken, or never asleep.")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "I1: asleep, and nobody wakes it.")
    @State
    public static class SimpleOneWord extends Model {
        @Actor
        public void holder(II_Result r) {
            r.r1 = STATE.compareAndSet(this, HELD, 0) ? 0 : 1;
        }

        @Actor
        public void waiter(II_Result r) {
            r.r2 = STATE.compareAndSet(this, HELD, CONTENDED) ? 1 : 0;
        }
    }
}
