package org.dmafence.sync;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceUnwrap;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvCursor;
import org.dmafence.resv.ResvUsage;

/**
 * A shared buffer for programs that synchronise with fences of their own: it hands out its pending use as a {@link
 * SyncFile}, and takes their files as pending use. Kernel counterpart: the sync-file ioctls and {@code poll()} of
 * {@code struct dma_buf}.
 *
 * <p>Every method may be called from any thread; only {@link #importSyncFile} blocks. What becomes of errors is up to
 * the reservation object.
 */
public final class DmaBuf {
    /** How somebody wants to use the buffer. */
    public enum Access {
        /** Only to read: waits for writers, and later writers wait for it. */
        READ(ResvUsage.READ),
        /** To write, or both: waits for everybody, and everybody waits for it. */
        WRITE(ResvUsage.WRITE);

        private final ResvUsage usage;

        Access(ResvUsage usage) {
            this.usage = usage;
        }

        /** What to wait for before such an access. */
        private ResvUsage waitsFor() {
            return ResvUsage.forAccess(this == WRITE);
        }
    }

    private final ReservationObject reservation;

    private DmaBuf(ReservationObject reservation) {
        this.reservation = reservation;
    }

    /** The buffer whose pending use a reservation object holds; that stays its maker's to close. */
    public static DmaBuf over(ReservationObject reservation) {
        return new DmaBuf(Objects.requireNonNull(reservation, "reservation"));
    }

    /** The fences of the buffer. */
    public ReservationObject reservation() {
        return reservation;
    }

    /**
     * What an access that begins now has to wait for; what is added later is not in it. Polls. Kernel counterpart:
     * {@code DMA_BUF_IOCTL_EXPORT_SYNC_FILE}.
     */
    public SyncFile exportSyncFile(Access access) {
        DmaFence fence = pending(access);
        try {
            return SyncFile.create(fence, reservation.errorPolicy());
        } finally {
            fence.release();
        }
    }

    private DmaFence pending(Access access) {
        DmaFence fence = reservation.pollSingleton(access.waitsFor());
        return fence == null ? reservation.runtime().stub() : fence;
    }

    /**
     * Has those who use the buffer from now on wait for a file, as they would for such an access. Blocks until it has
     * the lock of the reservation object. By default what had failed in the file is remembered as well. Kernel
     * counterpart: {@code DMA_BUF_IOCTL_IMPORT_SYNC_FILE}.
     */
    public void importSyncFile(SyncFile file, Access access) {
        DmaFence fence = file.fence();
        try {
            int room = count(fence);
            if (room > 0) {
                reservation.mutex().lock();
                try {
                    reservation.reserve(keepsErrors() ? room + 1 : room); // and for what has failed
                    add(fence, access.usage);
                } finally {
                    reservation.mutex().unlock();
                }
            }
        } finally {
            fence.release();
        }
    }

    private int count(DmaFence fence) {
        int count = 0;
        try (FenceUnwrap unwrap = unwrap(fence)) {
            while (unwrap.next() != null) {
                count++;
            }
        }
        return count;
    }

    private void add(DmaFence fence, ResvUsage usage) {
        FenceError failed;
        try (FenceUnwrap unwrap = unwrap(fence)) {
            for (DmaFence each = unwrap.next(); each != null; each = unwrap.next()) {
                reservation.add(each, usage);
            }
            failed = unwrap.containerError();
        }
        if (failed != null && keepsErrors()) {
            FenceRuntime runtime = reservation.runtime();
            DmaFence remains = runtime.allocateStub(runtime.clock().nanoTime(), failed);
            try {
                reservation.add(remains, usage);
            } finally {
                remains.release();
            }
        }
    }

    private FenceUnwrap unwrap(DmaFence fence) {
        return keepsErrors() ? FenceUnwrap.keeping(fence) : FenceUnwrap.of(fence);
    }

    private boolean keepsErrors() {
        return reservation.errorPolicy() == ErrorPolicy.KEEP_FIRST;
    }

    /**
     * Whether an access may begin, having made sure that what is in its way will signal. Kernel counterpart: {@code
     * poll()} on the buffer without waiting, with {@code POLLIN} for reading and {@code POLLOUT} for writing.
     */
    public boolean poll(Access access) {
        try (ResvCursor cursor = reservation.cursor(access.waitsFor())) {
            for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                fence.enableSignaling();
                if (!fence.isSignaled()) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * A future of the signalling of the first fence that is in the way of an access, whatever it ends with; complete if
     * there is none. When it completes, {@link #poll} again. Cancelling it takes the callback off the fence.
     */
    public CompletableFuture<FenceStatus> next(Access access) {
        try (ResvCursor cursor = reservation.cursor(access.waitsFor())) {
            DmaFence fence = cursor.next();
            if (fence == null) {
                return CompletableFuture.completedFuture(FenceStatus.OK);
            }
            return HeldFuture.of(fence.retain(), error -> false); // it may leave the buffer meanwhile
        }
    }

    /**
     * A future of all that an access which begins now has to wait for; what is added later is not waited for.
     * Cancelling it leaves no callback behind.
     *
     * @return completes with success, or with the first error as {@link org.dmafence.fence.FenceErrorException}
     */
    public CompletableFuture<FenceStatus> ready(Access access) {
        return HeldFuture.of(pending(access), error -> false);
    }

    @Override
    public String toString() {
        return "buffer of " + reservation;
    }
}
