package org.dmafence.drivers.swsync;

import org.dmafence.sync.SyncPoint;
import org.dmafence.sync.SyncTimeline;

/** A point whose class belongs to this module: it ties the fence to it, as the kernel's table does. */
final class SwSyncPoint extends SyncPoint {
    SwSyncPoint(SyncTimeline timeline, int value) {
        super(timeline, value);
    }
}
