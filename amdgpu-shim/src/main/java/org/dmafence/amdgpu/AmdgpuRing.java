package org.dmafence.amdgpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * A ring of ring fences, whose interrupts can be made to get lost. Kernel counterpart: {@code struct amdgpu_ring}, as
 * far as fences are concerned.
 */
public final class AmdgpuRing extends SimulatedRing {
    /** How long the driver waits for an idle ring before it forces the rest, in real time. */
    private static final long DRAIN_NS = 100_000_000L;

    private static final long DRAIN_STEP_NS = 1_000_000L;

    private final FenceDriver driver;
    private final AtomicInteger interruptsToLose = new AtomicInteger();

    /** The last number that was retired; the engine's. */
    private long retired;

    AmdgpuRing(DriverContext context, RingSpec spec, boolean independent) {
        super(context, spec);
        driver = new FenceDriver(context, spec.name(), spec.slots(), 0, independent, this::tag);
    }

    /** Numbers wrap; what is asked about is near the last. */
    private FenceTag tag(int seq) {
        long last = emittedSeqno();
        return hardwareTag(last + (seq - (int) last), "");
    }

    /**
     * Has the next interrupts get lost: the hardware writes its progress, and nobody is told but the fallback timer.
     */
    public void loseInterrupts(int count) {
        interruptsToLose.set(count);
    }

    FenceDriver fenceDriver() {
        return driver;
    }

    @Override
    protected void makeRoom() {
        driver.makeRoom((int) emittedSeqno() + 1);
    }

    @Override
    protected DmaFence emit(RingJob job, long seqno) {
        return driver.emit((int) seqno);
    }

    @Override
    public boolean arms() {
        return true;
    }

    @Override
    protected DmaFence emit(RingJob job, long seqno, FenceCallback whenSignaled) {
        return driver.emit((int) seqno, whenSignaled);
    }

    @Override
    protected void retire(long seqno, @Nullable FenceError error) {
        retired = seqno;
        if (error != null) {
            driver.write((int) seqno, error);
        }
    }

    @Override
    protected void interrupt() {
        driver.write((int) retired, null); // and with it all before; does nothing if the last one failed
        if (interruptsToLose.get() == 0 || interruptsToLose.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            driver.process(interruptNs());
        }
    }

    @Override
    protected void forceCompletion(FenceError error) {
        driver.forceCompletion(error);
    }

    @Override
    protected long advanceTimers(long timeNs) {
        return driver.advance(timeNs);
    }

    /**
     * Lets the hardware finish, for a moment, unless it hangs or the ring was killed; that is the kernel's unplugged
     * device. The caller is the engine, since there is none any more.
     *
     * @return whether the ring is idle
     */
    boolean drain() {
        long startNs = System.nanoTime();
        while (driver.outstanding() > 0 && !isKilled() && !isHung() && System.nanoTime() - startNs < DRAIN_NS) {
            long nowNs = context().runtime().clock().nanoTime();
            advance(nowNs);
            driver.process(nowNs);
            if (driver.outstanding() > 0) {
                LockSupport.parkNanos(DRAIN_STEP_NS);
            }
        }
        return driver.outstanding() == 0;
    }
}
