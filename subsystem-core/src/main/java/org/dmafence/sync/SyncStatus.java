package org.dmafence.sync;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceStatus;

/** How debugfs prints fences. Kernel counterpart: {@code sync_debug.c}. */
final class SyncStatus {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private SyncStatus() {}

    /** One line: the status, when that was, and how far the timeline is from the fence. */
    static void pollInfo(StringBuilder text, DmaFence fence, int value) {
        FenceStatus status = fence.pollStatus();
        text.append("  fence ").append(!status.signaled() ? "active" : status.isError() ? "error" : "signaled");
        if (status.signaled()) {
            long ns = fence.timestampNs();
            String fraction = Long.toString(NANOS_PER_SECOND + Math.floorMod(ns, NANOS_PER_SECOND));
            text.append('@')
                    .append(Math.floorDiv(ns, NANOS_PER_SECOND))
                    .append('.')
                    .append(fraction, 1, 10);
        }
        text.append(": ").append(fence.seqno()).append(" / ").append(value).append('\n');
    }
}
