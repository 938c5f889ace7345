package org.dmafence.uapi;

import org.dmafence.fence.container.ErrorPolicy;

/** IGT's sw_sync with the errors that the kernel shows. */
class SwSyncKernelErrorsSuiteTest extends SwSyncSuite {
    SwSyncKernelErrorsSuiteTest() {
        super(ErrorPolicy.KERNEL);
    }
}
