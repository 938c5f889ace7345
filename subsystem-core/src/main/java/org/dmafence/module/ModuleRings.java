package org.dmafence.module;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The rings that a module has opened, and how far they are closed: a ring that comes late is as closed as the others.
 */
final class ModuleRings {
    /** Weak: a ring that nobody has any more needs no closing. All guarded by this object. */
    private final Set<ModuleRing> open = Collections.newSetFromMap(new WeakHashMap<>());

    private boolean going;
    private boolean shut;
    private boolean revoked;

    synchronized void add(ModuleRing ring) {
        ring.setGoing(going);
        if (shut) {
            ring.shut();
        }
        if (revoked) {
            ring.revoke();
        } else {
            open.add(ring);
        }
    }

    /** No more jobs; or again. */
    synchronized void setGoing(boolean noMoreJobs) {
        going = noMoreJobs;
        open.forEach(ring -> ring.setGoing(noMoreJobs));
    }

    /** No more calls into the driver, but for those that are inside. */
    synchronized void shut() {
        shut = true;
        open.forEach(ModuleRing::shut);
    }

    /** How many calls are inside the driver. */
    synchronized int callsRunning() {
        return open.stream().mapToInt(ModuleRing::callsRunning).sum();
    }

    /** Releases the driver's rings. */
    synchronized void revoke() {
        shut = true;
        revoked = true;
        open.forEach(ModuleRing::revoke);
        open.clear();
    }
}
