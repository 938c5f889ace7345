package org.dmafence.module;

import java.util.function.Function;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * A driver's ring as the outside sees it: can be taken back when the module goes, so that an engine that keeps its ring does
 * not keep the driver. What the driver throws comes out as a copy for the same reason.
 */
final class ModuleRing implements HardwareRing {
    private final String module;
    private final RingSpec spec;
    private volatile @Nullable HardwareRing ring;
    private volatile boolean closed;

    ModuleRing(String module, RingSpec spec, HardwareRing ring) {
        this.module = module;
        this.spec = spec;
        this.ring = ring;
    }

    /** Takes no more jobs, or does again. */
    void setClosed(boolean going) {
        closed = going;
    }

    /** Lets go of the driver's ring. */
    void revoke() {
        closed = true;
        ring = null;
    }

    @Override
    public RingSpec spec() {
        return spec;
    }

    @Override
    public @Nullable DmaFence submit(RingJob job) {
        HardwareRing attached = ring;
        if (closed || attached == null) {
            throw new IllegalStateException("job " + job.id() + " on ring " + spec.name() + " of module " + module
                    + ", which is going; load it again or use another driver");
        }
        try {
            return attached.submit(job);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    @Override
    public long advance(long nowNs) {
        return ask(attached -> attached.advance(nowNs), Long.MAX_VALUE);
    }

    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        return ask(attached -> attached.complete(jobId, error), false);
    }

    @Override
    public void kill(FenceError error) {
        ask(
                attached -> {
                    attached.kill(error);
                    return true;
                },
                true);
    }

    @Override
    public int inFlight() {
        return ask(HardwareRing::inFlight, 0);
    }

    private <T> T ask(Function<HardwareRing, T> question, T answerWhenGone) {
        HardwareRing attached = ring;
        try {
            return attached == null ? answerWhenGone : question.apply(attached);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** The two kinds that the ring's contract names keep their kind. */
    private static RuntimeException failure(Throwable thrown) {
        DriverFailure copy = DriverFailure.of(thrown);
        if (thrown instanceof IllegalStateException) {
            return new IllegalStateException(copy.getMessage(), copy);
        }
        return thrown instanceof IllegalArgumentException
                ? new IllegalArgumentException(copy.getMessage(), copy)
                : copy;
    }

    @Override
    public String toString() {
        return "ring " + spec.name() + " of module " + module;
    }
}
