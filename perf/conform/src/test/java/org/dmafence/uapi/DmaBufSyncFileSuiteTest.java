package org.dmafence.uapi;

import org.dmafence.fence.container.ErrorPolicy;

/** IGT's dmabuf_sync_file with the errors kept. */
class DmaBufSyncFileSuiteTest extends DmaBufSyncFileSuite {
    DmaBufSyncFileSuiteTest() {
        super(ErrorPolicy.KEEP_FIRST);
    }
}
