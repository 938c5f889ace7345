package org.dmafence.stress.rcu;

import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuOrdering;
import org.dmafence.rcu.RcuSettings;
import org.dmafence.rcu.SleepableRcuDomain;

/** The domains that all tests of a JVM share, made when a test first needs one. */
final class Shared {
    private Shared() {}

    static RcuDomain membarrier() {
        return MembarrierDomain.DOMAIN;
    }

    static RcuDomain fence() {
        return FenceDomain.DOMAIN;
    }

    static SleepableRcuDomain sleepable() {
        return SleepableDomain.DOMAIN;
    }

    private static RcuDomain create(RcuOrdering ordering) {
        return RcuDomain.create(RcuSettings.defaults()
                .withName("stress-" + ordering)
                .withOrdering(ordering)
                .withCallbackErrorHandler(error -> {
                    throw new AssertionError("No callback of the stress tests throws", error);
                }));
    }

    private static final class MembarrierDomain {
        static final RcuDomain DOMAIN = create(RcuOrdering.MEMBARRIER);
    }

    private static final class FenceDomain {
        static final RcuDomain DOMAIN = create(RcuOrdering.FENCE);
    }

    private static final class SleepableDomain {
        static final SleepableRcuDomain DOMAIN = SleepableRcuDomain.create("stress");
    }
}
