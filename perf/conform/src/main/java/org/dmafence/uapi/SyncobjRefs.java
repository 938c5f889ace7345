package org.dmafence.uapi;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.sync.SyncObj;
import org.jspecify.annotations.Nullable;

/**
 * The objects behind the handles of a call, held for its length. Kernel counterpart: {@code drm_syncobj_array_find()}.
 *
 * @param objects each with a reference; empty if {@code errno} is not 0
 * @param errno 0, {@code -EFAULT}, or {@code -ENOENT} if one of the handles is unknown
 */
record SyncobjRefs(List<SyncObj> objects, int errno) implements AutoCloseable {
    static SyncobjRefs find(SyncobjHandles table, int @Nullable [] handles, int count) {
        if (handles == null || count < 0 || count > handles.length) {
            return new SyncobjRefs(List.of(), Errno.EFAULT);
        }
        List<SyncObj> found = new ArrayList<>(count);
        int errno = Errno.ENOENT;
        try {
            while (found.size() < count) {
                SyncObj object = table.find(handles[found.size()]);
                if (object == null) {
                    return new SyncobjRefs(List.of(), errno);
                }
                found.add(object);
            }
            errno = 0;
            return new SyncobjRefs(found, errno);
        } finally {
            if (errno != 0) {
                found.forEach(SyncObj::release);
            }
        }
    }

    @Override
    public void close() {
        objects.forEach(SyncObj::release);
    }
}
