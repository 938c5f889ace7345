package org.dmafence.uapi;

import org.dmafence.fence.container.ErrorPolicy;

/** IGT's sw_sync with the errors kept. */
class SwSyncSuiteTest extends SwSyncSuite {
    SwSyncSuiteTest() {
        super(ErrorPolicy.KEEP_FIRST);
    }
}
