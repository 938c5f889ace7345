package org.dmafence.stress.fence;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps.Op;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The first consumer enables signalling while the fence signals. */
public class EnableSignalingAgainstSignal {
    /** r1 added, r2 runs, r3 driver asked while unsignalled, r4 asked of a signalled fence. */
    @JCStressTest
    @Outcome(id = "1, 1, 1, 0", expect = ACCEPTABLE, desc = "Enabled and added first.")
    @Outcome(id = "0, 0, 1, 0", expect = ACCEPTABLE, desc = "Enabled, then signalled before the callback was added.")
    @Outcome(id = "0, 0, 0, 0", expect = ACCEPTABLE, desc = "Signalled first.")
    @Outcome(expect = FORBIDDEN, desc = "I3, I5: the two missed each other, or the driver was asked too late.")
    @State
    public static class Actual {
        private final StressIssuer.Ops ops = new StressIssuer.Ops(Op.ENABLE_SIGNALING);
        private final DmaFence fence = StressIssuer.fence(ops);
        private final StressIssuer.Count callback = new StressIssuer.Count();

        @Actor
        public void consumer(IIII_Result r) {
            r.r1 = fence.addCallback(callback) ? 1 : 0;
        }

        @Actor
        public void issuer() {
            StressIssuer.CONTEXT.signal(fence);
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r2 = callback.runs;
            r.r3 = ops.enabledUnsignaled;
            r.r4 = ops.enabledSignaled;
        }
    }

    /** Two flags instead of one word: each side sets its own and then looks for the other's. */
    static class Model {
        static final VarHandle ENABLED;
        static final VarHandle SIGNALED;

        int enabled;
        int signaled;

        static {
            try {
                ENABLED = MethodHandles.lookup().findVarHandle(Model.class, "enabled", int.class);
                SIGNALED = MethodHandles.lookup().findVarHandle(Model.class, "signaled", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    /** Full barriers between setting and looking: what one word with a CAS gives for nothing. */
    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "At least one sees the other.")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "I5: they missed each other.")
    @State
    public static class SimpleVolatile extends Model {
        @Actor
        public void consumer(II_Result r) {
            ENABLED.setVolatile(this, 1);
            r.r1 = (int) SIGNALED.getVolatile(this);
        }

        @Actor
        public void issuer(II_Result r) {
            SIGNALED.setVolatile(this, 1);
            r.r2 = (int) ENABLED.getVolatile(this);
        }
    }

    /** The twin with release and acquire only. */
    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "At least one sees the other.")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "They missed each other: a callback nobody runs.")
    @State
    public static class BrokenRelease extends Model {
        @Actor
        public void consumer(II_Result r) {
            ENABLED.setRelease(this, 1);
            r.r1 = (int) SIGNALED.getAcquire(this);
        }

        @Actor
        public void issuer(II_Result r) {
            SIGNALED.setRelease(this, 1);
            r.r2 = (int) ENABLED.getAcquire(this);
        }
    }
}
