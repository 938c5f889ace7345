package org.dmafence.stress.fence;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Names are asked while the fence signals and detaches its ops: 0 the driver's answer, 1 the literal. */
public class NamesAgainstDetach {
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "The driver's names, until the literals.")
    @Outcome(expect = FORBIDDEN, desc = "I2: a name of a fence that had signalled before, or of a detached table.")
    @State
    public static class Actual {
        private final DmaFence fence = StressIssuer.fence();

        @Actor
        public void consumer(II_Result r) {
            r.r1 = fence.driverName().equals("driver") ? 0 : 1;
            r.r2 = fence.timelineName().equals("timeline") ? 0 : 1;
        }

        @Actor
        public void issuer() {
            StressIssuer.CONTEXT.signal(fence);
        }
    }

    /** The reader's step and the writer's, without the rest: -1 for a call through no table. */
    static class Model {
        static final VarHandle OPS;
        static final VarHandle SIGNALED;

        @Nullable Object ops = "driver";

        int signaled;

        void signal() {
            SIGNALED.setVolatile(this, 1);
            OPS.setRelease(this, null);
        }

        static {
            try {
                OPS = MethodHandles.lookup().findVarHandle(Model.class, "ops", Object.class);
                SIGNALED = MethodHandles.lookup().findVarHandle(Model.class, "signaled", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    /** Both tested, the table first: as Linux 7.2 and we do. */
    @JCStressTest
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "The driver's answer or the literal.")
    @Outcome(id = "-1", expect = FORBIDDEN, desc = "I2: called through no table.")
    @State
    public static class SimpleBothTested extends Model {
        @Actor
        public void consumer(I_Result r) {
            Object table = OPS.getAcquire(this);
            boolean done = (int) SIGNALED.getAcquire(this) != 0;
            r.r1 = table == null || done ? 1 : 0;
        }

        @Actor
        public void issuer() {
            signal();
        }
    }

    /** The twin that tests only the bit, as the series was merged for Linux 7.1. */
    @JCStressTest
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "The driver's answer or the literal.")
    @Outcome(id = "-1", expect = ACCEPTABLE_INTERESTING, desc = "Called through no table: the crash of Linux 7.1.")
    @State
    public static class BrokenBitOnly extends Model {
        @Actor
        public void consumer(I_Result r) {
            boolean done = (int) SIGNALED.getAcquire(this) != 0;
            Object table = OPS.getAcquire(this);
            r.r1 = done ? 1 : table == null ? -1 : 0;
        }

        @Actor
        public void issuer() {
            signal();
        }
    }
}
