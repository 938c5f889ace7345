package org.dmafence.stress.fence;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** The timestamp is asked for as soon as the bit is seen: -1 when it was not. */
public class TimestampAfterBit {
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "Not signalled yet.")
    @Outcome(id = "4711", expect = ACCEPTABLE, desc = "The stored time.")
    @Outcome(expect = FORBIDDEN, desc = "I1: signalled, but without its time.")
    @State
    public static class Actual {
        private final DmaFence fence = StressIssuer.fence();

        @Actor
        public void consumer(J_Result r) {
            r.r1 = fence.isSignaled() ? fence.timestampNs() : -1;
        }

        @Actor
        public void issuer() {
            StressIssuer.CONTEXT.signalAt(fence, 4711);
        }
    }

    /** The twin that does not wait for the second bit. */
    @JCStressTest
    @Outcome(
            id = {"-1", "4711"},
            expect = ACCEPTABLE,
            desc = "Not signalled yet, or the stored time.")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "Signalled, but without its time.")
    @State
    public static class BrokenOneBit {
        private static final VarHandle SIGNALED;

        int signaled;
        long timestampNs;

        @Actor
        public void consumer(J_Result r) {
            r.r1 = (int) SIGNALED.getAcquire(this) != 0 ? timestampNs : -1;
        }

        @Actor
        public void issuer() {
            SIGNALED.setVolatile(this, 1);
            timestampNs = 4711;
        }

        static {
            try {
                SIGNALED = MethodHandles.lookup().findVarHandle(BrokenOneBit.class, "signaled", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }
}
