package org.dmafence.fence;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.dmafence.rcu.RcuDomain;
import org.jspecify.annotations.Nullable;

/**
 * What the contexts of an issuer use: the RCU domains that its ops are called in, and locks in its memory. Any thread.
 */
final class IssuerReach {
    /** Weak: a lock that no fence refers to any more needs no cutting. Guarded by this, as are the next two. */
    private final Set<FenceLock> locks = Collections.newSetFromMap(new WeakHashMap<>());

    private final Set<RcuDomain> domains = Collections.newSetFromMap(new WeakHashMap<>());

    private boolean severed;

    synchronized void add(RcuDomain domain, @Nullable FenceLock lock) {
        domains.add(domain);
        if (lock == null) {
            return;
        }
        if (severed) {
            lock.sever();
        } else if (lock.owner() != null) {
            locks.add(lock);
        }
    }

    /** Cuts the locks from their owner, those that come later too. */
    synchronized void sever() {
        severed = true;
        locks.forEach(FenceLock::sever);
    }

    synchronized Set<RcuDomain> domains() {
        return Set.copyOf(domains);
    }
}
