package org.dmafence.drivers.issuer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceLock;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceWaits;
import org.jspecify.annotations.Nullable;

/** Makes a fence for each job; nothing but {@link #complete} ends one. */
final class ManualRing implements HardwareRing {
    private static final long CONTEXT = 700;

    private final RingSpec spec;
    private final FenceContext context;
    private final Ops ops;
    private final Map<Long, DmaFence> fences = new LinkedHashMap<>();
    private boolean killed;

    ManualRing(DriverContext driver, RingSpec spec, IssuerTable table) {
        this.spec = spec;
        FenceContext.Builder builder = driver.newContext(Ops.TIMELINE).id(CONTEXT);
        if (table.lock() == LockKind.EXTERNAL) {
            builder.lock(FenceLock.ownedBy(this));
        }
        context = builder.build();
        ops = new Ops(driver, table.ops().toArray(new Op[0]));
    }

    @Override
    public RingSpec spec() {
        return spec;
    }

    @Override
    public DmaFence submit(RingJob job) {
        if (killed) {
            throw new IllegalStateException("ring " + spec.name() + " was killed");
        }
        DmaFence fence = context.newFence(ops, job.id());
        fences.put(job.id(), ownsReferences() ? fence.retain() : fence);
        return fence;
    }

    @Override
    public long advance(long nowNs) {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        DmaFence fence = fences.remove(jobId);
        if (fence == null) {
            return false;
        }
        if (error == null) {
            context.signal(fence);
        } else {
            context.signal(fence, error);
        }
        if (ownsReferences()) {
            fence.release();
        }
        return true;
    }

    /** A module that has nothing to do with its fences at exit keeps no references to them. */
    private boolean ownsReferences() {
        return spec.name().equals(IssuerDriver.SIGNAL_ON_EXIT);
    }

    @Override
    public void kill(FenceError error) {
        killed = true;
        List.copyOf(fences.keySet()).forEach(job -> complete(job, error));
    }

    @Override
    public int inFlight() {
        return fences.size();
    }

    void signalAll() {
        new ArrayList<>(fences.keySet()).forEach(job -> complete(job, null));
    }

    private static final class Ops extends FenceOps {
        static final String TIMELINE = "issuer-tl";

        private final DriverContext driver;

        Ops(DriverContext driver, Op... implemented) {
            super(implemented);
            this.driver = driver;
        }

        /** Each call of an op goes to the log, so that a test sees which there were. */
        private void log(String op, DmaFence fence, Object answer) {
            driver.notice(op + " " + fence.seqno() + " " + answer);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "issuer-drv";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return TIMELINE;
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            log("enable_signaling", fence, 1);
            return true;
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            log("signaled", fence, 0);
            return false;
        }

        @Override
        protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) {
            log("wait", fence, timeoutNs);
            return FenceWaits.defaultWait(fence, interruptible, timeoutNs);
        }

        @Override
        protected void release(DmaFence fence) {
            log("release", fence, 0);
        }

        @Override
        protected void setDeadline(DmaFence fence, long deadlineNs) {
            log("set_deadline", fence, deadlineNs);
        }
    }
}
