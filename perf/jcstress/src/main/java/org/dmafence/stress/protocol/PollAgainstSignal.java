package org.dmafence.stress.protocol;

import org.dmafence.fence.FenceError;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A poll that finds the hardware done signals the fence while its issuer does: {@code poll-vs-signal}. */
public abstract class PollAgainstSignal extends Race {
    protected final Protocol fence;
    private final Protocol.Callback callback = new Protocol.Callback();
    private boolean pollWon;
    private boolean issuerWon;

    protected PollAgainstSignal(Protocol fence) {
        this.fence = fence;
        fence.beginWith(callback);
    }

    @Override
    public final int left() {
        int answer = fence.poll();
        pollWon = fence.signal();
        return answer;
    }

    @Override
    public final int right() {
        issuerWon = fence.signal();
        return KEPT;
    }

    @Override
    public final int after() {
        return pollWon == issuerWon ? TWO_WINNERS : Protocol.runs(callback) == 1 ? KEPT : CALLBACK_LOST;
    }

    /** The steps alone. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Simple extends PollAgainstSignal {
        public Simple() {
            super(new Protocol());
        }

        @Actor
        public void poller(III_Result r) {
            r.r1 = left();
        }

        @Actor
        public void issuer(III_Result r) {
            r.r2 = right();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = after();
        }
    }

    /** {@code DmaFence}: one winner, whose error and time stay. */
    @JCStressTest
    @JCStressMeta(Race.class)
    @State
    public static class Actual extends Race {
        private final Driver driver = Driver.finished();
        private final Driver.Count callback = new Driver.Count();
        private int seen;
        private long seenNs;

        public Actual() {
            driver.fence.addCallback(callback);
        }

        @Override
        public int left() {
            boolean unused = driver.fence.pollSignaled();
            seen = driver.fence.errno();
            seenNs = driver.fence.timestampNs();
            return KEPT;
        }

        @Override
        public int right() {
            driver.context.signal(driver.fence, FenceError.EIO);
            return KEPT;
        }

        @Override
        public int after() {
            return callback.runs != 1
                    ? CALLBACK_LOST
                    : seen == driver.fence.errno() && seenNs == driver.fence.timestampNs() ? KEPT : TWO_WINNERS;
        }

        @Actor
        public void poller(III_Result r) {
            r.r1 = left();
        }

        @Actor
        public void issuer(III_Result r) {
            r.r2 = right();
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = after();
        }
    }
}
