package org.dmafence.sync;

import org.dmafence.fence.FenceStatus;

/**
 * Hears once what became of a {@link SyncFile}. Should be short and must not block: it runs on the thread that signals.
 */
@FunctionalInterface
public interface SyncFileListener {
    /** The fence has signalled, with or without an error. */
    void onSignaled(FenceStatus status);

    /** The file was closed before the fence signalled. */
    default void onClosed() {}
}
