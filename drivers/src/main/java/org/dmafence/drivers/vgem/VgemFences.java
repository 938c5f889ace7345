package org.dmafence.drivers.vgem;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.driver.DriverContext;
import org.dmafence.drivers.DriverTimers;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;

/**
 * An open vgem device file: buffers, and fences that are attached to them and signalled by number. Kernel counterpart:
 * {@code DRM_IOCTL_VGEM_FENCE_ATTACH} and {@code DRM_IOCTL_VGEM_FENCE_SIGNAL}.
 *
 * <p>Any thread may call; fences signal on the caller's thread, outside the file's lock.
 */
public final class VgemFences implements AutoCloseable {
    /** The one flag of {@link #attach}: the access writes, so it excludes every other. */
    public static final int WRITE = 1;

    private final DriverContext driver;
    private final DriverTimers timers = new DriverTimers();
    private final Object lock = new Object();
    private final Map<Integer, VgemBuffer> buffers = new HashMap<>();
    private final Map<Integer, VgemFence> fences = new HashMap<>();
    private int lastHandle;
    private int lastId;
    private boolean closed;

    VgemFences(DriverContext driver) {
        this.driver = driver;
    }

    /** Makes a buffer; its handle. */
    public int createBuffer() {
        synchronized (lock) {
            buffers.put(++lastHandle, new VgemBuffer());
            return lastHandle;
        }
    }

    /**
     * Makes a fence and attaches it to a buffer. It is the caller's to signal, for ten seconds.
     *
     * @param flags 0 for an access that reads, or {@link #WRITE}
     * @return the fence's number for {@link #signal}: 1, 2, ...
     * @throws VgemException {@code -EINVAL} for other flags; {@code -ENOENT} for a handle that is not open;
     *     {@code -EBUSY} if the access conflicts with a fence that has not signalled
     */
    public int attach(int handle, int flags) throws VgemException {
        if ((flags & ~WRITE) != 0) {
            throw new VgemException(
                    FenceError.EINVAL, "attach with flags 0x" + Integer.toHexString(flags) + "; use 0 or WRITE");
        }
        boolean writing = flags == WRITE;
        synchronized (lock) {
            VgemBuffer buffer = buffer(handle);
            List<DmaFence> pending = buffer.pending(writing);
            if (!pending.isEmpty()) {
                throw new VgemException(
                        FenceError.EBUSY,
                        "attach to " + (writing ? "write" : "read") + " buffer " + handle + ", which " + pending.get(0)
                                + " is still busy with; signal it first");
            }
            VgemFence fence = VgemFence.create(driver, timers);
            buffer.add(fence.fence().retain(), writing);
            fences.put(++lastId, fence);
            return lastId;
        }
    }

    /**
     * Signals a fence and forgets its number.
     *
     * @throws VgemException {@code -ENOENT} for a number that was never given out or was signalled before;
     *     {@code -ETIMEDOUT} if the fence had ended by itself
     */
    public void signal(int id) throws VgemException {
        VgemFence fence;
        synchronized (lock) {
            fence = fences.remove(id);
        }
        if (fence == null) {
            throw new VgemException(FenceError.ENOENT, "no fence " + id + " to signal");
        }
        boolean late = fence.fence().pollSignaled();
        fence.signal(null);
        fence.fence().release();
        if (late) {
            throw new VgemException(
                    FenceError.ETIMEDOUT, "fence " + id + " ended by itself; signal it within ten seconds");
        }
    }

    /**
     * What an access to a buffer has to wait for.
     *
     * @return unsignalled fences, each with a reference for the caller; none for an idle buffer
     * @throws VgemException {@code -ENOENT} for a handle that is not open
     */
    public List<DmaFence> export(int handle, boolean writing) throws VgemException {
        synchronized (lock) {
            List<DmaFence> pending = buffer(handle).pending(writing);
            pending.forEach(DmaFence::retain);
            return pending;
        }
    }

    /**
     * Ends the fences whose ten seconds are over, without an error.
     *
     * @param nowNs on the runtime's clock
     * @return when the next one is over, {@link Long#MAX_VALUE} if there is none
     */
    public long advance(long nowNs) {
        return timers.advance(nowNs);
    }

    /** Signals what is left, without an error, and frees the buffers. */
    @Override
    public void close() {
        List<VgemFence> left;
        synchronized (lock) {
            closed = true;
            left = new ArrayList<>(fences.values());
            fences.clear();
        }
        for (VgemFence fence : left) {
            fence.signal(null);
            fence.fence().release();
        }
        synchronized (lock) {
            buffers.values().forEach(VgemBuffer::clear);
            buffers.clear();
        }
    }

    boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private VgemBuffer buffer(int handle) throws VgemException {
        VgemBuffer buffer = buffers.get(handle);
        if (buffer == null || closed) {
            throw new VgemException(
                    FenceError.ENOENT,
                    closed ? "the file is closed; open another" : "no buffer " + handle + "; create it first");
        }
        return buffer;
    }
}
