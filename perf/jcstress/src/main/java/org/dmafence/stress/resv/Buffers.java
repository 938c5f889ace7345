package org.dmafence.stress.resv;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvCursor;
import org.dmafence.resv.ResvUsage;

/** Reservation objects with fences in them; one runtime for the whole JVM, and nobody reads the reports. */
final class Buffers {
    static final FenceRuntime RUNTIME =
            FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();

    private Buffers() {}

    /** A context, which makes and signals the fences of one timeline. */
    static FenceContext timeline(long id) {
        return FenceContext.builder(RUNTIME).id(id).build();
    }

    static DmaFence fence(long context) {
        return timeline(context).newFence(new Ops(), 1);
    }

    /** An object that has some fences, and the only references to them. */
    static ReservationObject with(DmaFence... fences) {
        ReservationObject object = ReservationObject.create(RUNTIME);
        object.mutex().lock();
        object.reserve(fences.length);
        for (DmaFence fence : fences) {
            object.add(fence, ResvUsage.WRITE);
            fence.release();
        }
        object.mutex().unlock();
        return object;
    }

    /** How often a fence is seen without the lock; -1 if any is that was freed. */
    static int timesSeen(ReservationObject object, DmaFence wanted) {
        int times = 0;
        try (ResvCursor cursor = object.cursor(ResvUsage.WRITE)) {
            for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                if (cursor.isRestarted()) {
                    times = 0;
                }
                if (fence.isFreed()) {
                    return -1;
                }
                times += fence == wanted ? 1 : 0;
            }
        }
        return times;
    }

    static final class Ops extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "driver";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "timeline";
        }
    }
}
