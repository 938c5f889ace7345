package org.dmafence.stress.sync;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncTimeline;

/** Timelines of one runtime, whose reports nobody reads. */
final class Timelines {
    private static final FenceRuntime RUNTIME =
            FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();

    private Timelines() {}

    static SyncTimeline create() {
        return SyncTimeline.create(RUNTIME, "timeline");
    }

    static SyncFile file(SyncTimeline timeline, int at, ErrorPolicy policy) {
        DmaFence fence = timeline.point(at);
        SyncFile file = SyncFile.create(fence, policy);
        fence.release();
        return file;
    }

    /** In the kernel's numbers: 0 active, 1 signalled, negative an error. */
    static int number(FenceStatus status) {
        FenceError error = status.error();
        return error != null ? error.errno() : status.signaled() ? 1 : 0;
    }
}
