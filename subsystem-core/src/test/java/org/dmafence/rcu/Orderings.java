package org.dmafence.rcu;

import java.util.stream.Stream;

/** The modes to test: membarrier is not generated where the platform has none. */
final class Orderings {
    private Orderings() {}

    static Stream<RcuOrdering> available() {
        return Membarrier.instance().isAvailable()
                ? Stream.of(RcuOrdering.MEMBARRIER, RcuOrdering.FENCE)
                : Stream.of(RcuOrdering.FENCE);
    }

    static RcuDomain domain(RcuOrdering ordering) {
        return RcuDomain.create(RcuSettings.defaults().withName("test").withOrdering(ordering));
    }
}
