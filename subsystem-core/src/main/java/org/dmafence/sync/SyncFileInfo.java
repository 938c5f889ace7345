package org.dmafence.sync;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SyncFile} says of itself. Kernel counterpart: {@code struct sync_file_info}, whose one status number
 * can't tell that there is an error already while something is still active.
 *
 * @param name the file's
 * @param signaled whether everything in it has signalled
 * @param error the first error in it, as soon as one fence has signalled with one
 * @param fences one by one, containers looked into
 */
public record SyncFileInfo(
        String name, boolean signaled, @Nullable FenceError error, List<Entry> fences) {
    /** Copies the list. */
    public SyncFileInfo {
        fences = List.copyOf(fences);
    }

    /**
     * What one fence says of itself. Kernel counterpart: {@code struct sync_fence_info}.
     *
     * @param timelineName as it was before the fence was polled, cut like the next
     * @param driverName as it was before the fence was polled, at most {@value SyncFile#MAX_NAME} characters
     * @param status after polling
     * @param timestampNs when it signalled, on the runtime's clock; 0 if it has not
     */
    public record Entry(String timelineName, String driverName, FenceStatus status, long timestampNs) {
        static Entry poll(DmaFence fence) {
            String driverName = SyncFile.truncated(fence.driverName());
            String timelineName = SyncFile.truncated(fence.timelineName());
            FenceStatus status = fence.pollStatus();
            return new Entry(timelineName, driverName, status, fence.pollSignaled() ? fence.timestampNs() : 0);
        }
    }

    /**
     * The kernel's way to make one status of many: the first that is not success, be it an error or that nothing has
     * happened yet. An active fence so hides the error of a later one.
     */
    public FenceStatus firstNotOk() {
        for (Entry entry : fences) {
            if (!entry.status().signaled() || entry.status().isError()) {
                return entry.status();
            }
        }
        return FenceStatus.OK;
    }
}
