package org.dmafence.uapi;

import java.util.Arrays;
import java.util.BitSet;
import org.dmafence.sync.SyncObj;
import org.jspecify.annotations.Nullable;

/**
 * The handles of one DRM file: small numbers for syncobjs, from 1. The lowest free one is used; 0 is never handed out,
 * which Linux 7.2 does after somebody tried to destroy it. Kernel counterpart: {@code drm_file.syncobj_xa}.
 */
final class SyncobjHandles {
    private static final int FIRST = 1;

    /** Guarded by this, as is the other; never held while an object is released. */
    private @Nullable SyncObj[] objects = new @Nullable SyncObj[16];

    private final BitSet taken = new BitSet();

    /** A handle for an object; the caller's reference becomes the handle's. */
    synchronized int add(SyncObj object) {
        int handle = taken.nextClearBit(FIRST);
        if (handle >= objects.length) {
            objects = Arrays.copyOf(objects, handle * 2);
        }
        taken.set(handle); // may fail, so it comes before
        objects[handle] = object;
        return handle;
    }

    /** Takes a handle back; its object with the handle's reference, {@code null} for an unknown one. */
    synchronized @Nullable SyncObj remove(int handle) {
        SyncObj object = at(handle);
        if (object != null) {
            taken.clear(handle);
            objects[handle] = null;
        }
        return object;
    }

    /** The object behind a handle with a reference for the caller, {@code null} for an unknown one. */
    synchronized @Nullable SyncObj find(int handle) {
        SyncObj object = at(handle);
        return object == null ? null : object.retain();
    }

    /** Takes all back. */
    void clear() {
        for (int handle = next(FIRST); handle >= 0; handle = next(handle)) {
            SyncObj object = remove(handle);
            if (object != null) {
                object.release();
            }
        }
    }

    private synchronized int next(int from) {
        return taken.nextSetBit(from);
    }

    private @Nullable SyncObj at(int handle) {
        return handle < FIRST || handle >= objects.length ? null : objects[handle];
    }
}
