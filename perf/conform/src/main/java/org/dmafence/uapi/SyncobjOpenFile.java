package org.dmafence.uapi;

import java.util.Objects;
import org.dmafence.sync.SyncObj;

/** The file of a {@link SyncObj}, by whose class it is looked up. Kernel counterpart: {@code drm_syncobj_file_fops}. */
public final class SyncobjOpenFile extends OpenFile {
    private final SyncObj syncobj;

    /** @param syncobj the caller's reference becomes the file's */
    public SyncobjOpenFile(SyncObj syncobj) {
        this.syncobj = Objects.requireNonNull(syncobj, "syncobj");
    }

    @Override
    public SyncObj object() {
        return syncobj;
    }

    @Override
    protected void onLastClose() {
        syncobj.release();
    }
}
