package org.dmafence.sched;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.resv.LockedResvCursor;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.dmafence.sync.SyncObj;
import org.jspecify.annotations.Nullable;

/**
 * Dependencies that come from elsewhere: from a buffer's reservation object, from a point of a timeline. Called by the
 * submitter before arming; each throws a {@link SchedulerException} with {@code EINVAL} after that.
 */
public final class JobDependencies {
    private JobDependencies() {}

    /**
     * Makes a job wait for the fences of a reservation object, whose lock the caller holds. Kernel counterpart:
     * {@code drm_sched_job_add_resv_dependencies()}.
     */
    public static void addReservation(SchedulerJob job, ReservationObject object, ResvUsage usage) {
        LockedResvCursor cursor = object.lockedCursor(usage);
        for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
            job.addDependency(fence);
        }
    }

    /**
     * Makes a job wait for those that must have finished before it may use a buffer: a writer for all, a reader for
     * writers. The caller holds the object's lock. Kernel counterpart: {@code
     * drm_sched_job_add_implicit_dependencies()}.
     */
    public static void addImplicit(SchedulerJob job, ReservationObject object, boolean write) {
        addReservation(job, object, ResvUsage.forAccess(write));
    }

    /**
     * Makes a job wait for a point of a timeline that was submitted. Kernel counterpart:
     * {@code drm_sched_job_add_syncobj_dependency()}, which takes only the lower 32 bits of the point.
     *
     * @param point 0 for the object's fence, whichever it is
     * @throws SchedulerException {@code EINVAL} if nobody has submitted the point
     */
    public static void addPoint(SchedulerJob job, SyncObj object, long point) {
        @Nullable DmaFence fence = object.fenceAt(point);
        if (fence == null) {
            throw new SchedulerException(
                    FenceError.EINVAL,
                    job + " can't wait for point " + Long.toUnsignedString(point) + " of " + object
                            + ", which nobody has submitted; wait for it to be submitted first");
        }
        try {
            job.addDependency(fence);
        } finally {
            fence.release();
        }
    }
}
