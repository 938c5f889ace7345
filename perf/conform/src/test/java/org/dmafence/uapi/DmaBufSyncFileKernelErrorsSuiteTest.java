package org.dmafence.uapi;

import org.dmafence.fence.container.ErrorPolicy;

/** IGT's dmabuf_sync_file with the errors that the kernel shows. */
class DmaBufSyncFileKernelErrorsSuiteTest extends DmaBufSyncFileSuite {
    DmaBufSyncFileKernelErrorsSuiteTest() {
        super(ErrorPolicy.KERNEL);
    }
}
