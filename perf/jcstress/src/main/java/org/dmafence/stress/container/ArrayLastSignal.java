package org.dmafence.stress.container;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.FenceArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The last two fences of an enabled array signal on two threads, one with an error. */
public class ArrayLastSignal {
    /**
     * r1 what the one without the error sees of the array afterwards, r2 how it ends, r3 how often its callback ran.
     */
    @JCStressTest
    @Outcome(id = "0, -5, 1", expect = ACCEPTABLE, desc = "The failed one was the last.")
    @Outcome(id = "-5, -5, 1", expect = ACCEPTABLE, desc = "Complete, with the error.")
    @Outcome(expect = FORBIDDEN, desc = "I1, I2: complete without the error, never complete, or twice.")
    @State
    public static class Actual {
        private final DmaFence first = Fences.fence(1);
        private final DmaFence second = Fences.fence(2);
        private final DmaFence array = FenceArray.create(List.of(first, second)).fence();
        private final Fences.Count callback = new Fences.Count();

        public Actual() {
            array.addCallback(callback);
        }

        @Actor
        public void fails() {
            Fences.signal(first, FenceError.EIO);
        }

        @Actor
        public void succeeds(III_Result r) {
            Fences.signal(second);
            r.r1 = Fences.pollStatus(array);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r2 = Fences.pollStatus(array);
            r.r3 = callback.runs;
        }
    }

    /** The same with the second signalled before: only the error and the count race with a poll. */
    @JCStressTest
    @Outcome(
            id = {"0, -5", "-5, -5"},
            expect = ACCEPTABLE,
            desc = "Pending, or complete with the error.")
    @Outcome(expect = FORBIDDEN, desc = "I1: complete without the error.")
    @State
    public static class ActualPolled {
        private final DmaFence first = Fences.fence(1);
        private final DmaFence array =
                FenceArray.create(List.of(first, Fences.signaled(2))).fence();

        public ActualPolled() {
            array.enableSignaling();
        }

        @Actor
        public void fails() {
            Fences.signal(first, FenceError.EIO);
        }

        @Actor
        public void polls(II_Result r) {
            r.r1 = Fences.pollStatus(array);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = Fences.pollStatus(array);
        }
    }

    /** An error and a count. */
    public static class Model {
        protected static final VarHandle PENDING;

        protected int error;
        protected int pending = 1;

        static {
            try {
                PENDING = MethodHandles.lookup().findVarHandle(Model.class, "pending", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        protected int status() {
            return (int) PENDING.getAcquire(this) > 0 ? 0 : error == 0 ? 1 : error;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0", "-5"},
            expect = ACCEPTABLE,
            desc = "Pending, or complete with the error.")
    @Outcome(expect = FORBIDDEN, desc = "I1: complete without the error.")
    @State
    public static class Simple extends Model {
        @Actor
        public void fails() {
            error = -5;
            int unused = (int) PENDING.getAndAdd(this, -1);
        }

        @Actor
        public void polls(org.openjdk.jcstress.infra.results.I_Result r) {
            r.r1 = status();
        }
    }
}
