package org.dmafence.fence;

import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * What an issuer adds to a fence: its ops table together with whatever data the table needs. Kernel counterpart:
 * {@code struct dma_fence_ops} and the driver structure that a fence is embedded in.
 *
 * <p>One instance may serve many fences (a ring), or carry the data of a single one (an i915 request): the fence holds
 * a single reference, so dropping it drops table and payload together. Which optional ops exist is fixed at
 * construction. A table with neither {@link Op#WAIT} nor {@link Op#RELEASE} is <em>detached</em> when its fence signals
 * and its module may go after one grace period; any other keeps its module loaded until the fence is released.
 *
 * <p>Every op but {@link #waitTimeout} is called inside an RCU read section of the runtime and must not block. What an
 * op throws is reported and answered as the op's description says.
 */
public abstract class FenceOps {
    /** The optional ops. */
    public enum Op {
        /** {@link FenceOps#enableSignaling}. */
        ENABLE_SIGNALING(1 << 0),
        /** {@link FenceOps#signaled}. */
        SIGNALED(1 << 1),
        /** {@link FenceOps#waitTimeout}. */
        WAIT(1 << 2),
        /** {@link FenceOps#release}. */
        RELEASE(1 << 3),
        /** {@link FenceOps#setDeadline}. */
        SET_DEADLINE(1 << 4);

        final int bit;

        Op(int bit) {
            this.bit = bit;
        }
    }

    // Constants to the compiler, which an enum's field is not.
    private static final int PINS_MODULE = Op.WAIT.bit | Op.RELEASE.bit;
    private static final int IS_ASKED_TO_ENABLE = Op.ENABLE_SIGNALING.bit;

    private final int capabilities;

    /** @param implemented the optional ops that this table overrides, and no others */
    protected FenceOps(Op... implemented) {
        int bits = 0;
        for (Op op : implemented) {
            bits |= op.bit;
        }
        capabilities = bits;
    }

    /** Whether the table implements an optional op. */
    public final boolean has(Op op) {
        return (capabilities & op.bit) != 0;
    }

    /** Whether a fence drops this table when it signals: neither {@code wait} nor {@code release} is implemented. */
    public final boolean detachable() {
        return (capabilities & PINS_MODULE) == 0;
    }

    /** {@link #has} for the op that each first callback asks about. */
    final boolean isAskedToEnable() {
        return (capabilities & IS_ASKED_TO_ENABLE) != 0;
    }

    /**
     * The driver's name; asked only while the fence is unsignalled, or by a caller that raced with its signalling.
     *
     * @return the name; {@code null} is tolerated, as some kernel drivers answer it
     */
    protected abstract @Nullable String driverName(DmaFence fence);

    /** The timeline's name; as {@link #driverName}. */
    protected abstract @Nullable String timelineName(DmaFence fence);

    /**
     * Arranges that the fence will be signalled. Called at most once per fence, with the external lock held if there is
     * one; the fence cannot be signalled by another thread meanwhile.
     *
     * @return {@code false} if the fence is already done or can't be signalled: the core then signals it, with the
     *     error that the op set before returning, if any. Throwing counts as {@code false} with the error of a
     *     {@link FenceErrorException}, {@code -EIO} for anything else, unless the op had set one.
     */
    protected boolean enableSignaling(DmaFence fence) {
        throw missing(Op.ENABLE_SIGNALING);
    }

    /**
     * Whether the hardware has finished; the core then signals the fence. Once true always true; may say {@code false}
     * too long. Throwing counts as {@code false}.
     */
    protected boolean signaled(DmaFence fence) {
        throw missing(Op.SIGNALED);
    }

    /**
     * Waits in the issuer's own way; deprecated as in the kernel. Called outside any read section, so the module must
     * stay loaded. Throwing counts as the error of a {@link FenceErrorException}, {@code -EIO} for anything else.
     *
     * @param timeoutNs how long, {@link Long#MAX_VALUE} for ever
     * @return remaining nanoseconds (at least 1) when signalled, 0 on expiry, or a negative errno
     */
    protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) {
        throw missing(Op.WAIT);
    }

    /** The last reference is gone. Throwing is reported; the fence is freed all the same. */
    protected void release(DmaFence fence) {
        throw missing(Op.RELEASE);
    }

    /** A consumer would like the fence by then; keep the soonest. Throwing is reported. */
    protected void setDeadline(DmaFence fence, long deadlineNs) {
        throw missing(Op.SET_DEADLINE);
    }

    /**
     * What the issuer knows about the fence beyond its names, for a flight recording that has chosen an event of it;
     * not asked otherwise. Asked as the names are, and also after the fence has signalled while it keeps its ops.
     * Throwing is reported, and nothing is known.
     */
    protected FenceTag tag(DmaFence fence) {
        return FenceTag.NONE;
    }

    private AssertionError missing(Op op) {
        return new AssertionError(getClass().getName() + " declares " + op + " but does not override it");
    }
}
