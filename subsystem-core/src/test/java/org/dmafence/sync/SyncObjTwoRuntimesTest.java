package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.junit.jupiter.api.Test;

/**
 * Contexts are numbered from 1 in each runtime: fences of two of them are never of one timeline, whatever their numbers
 * say.
 */
class SyncObjTwoRuntimesTest {
    private final FenceRuntime here = FenceRuntime.builder().build();
    private final FenceRuntime there = FenceRuntime.builder().build();

    @Test
    void shouldKeepBothFencesInABuffer() {
        ReservationObject buffer = ReservationObject.create(here);
        buffer.mutex().lock();
        buffer.reserve(4);
        buffer.add(Plain.fence(here, 7, 1), ResvUsage.WRITE);
        buffer.add(Plain.fence(there, 7, 2), ResvUsage.WRITE);
        assertThat(buffer.pollFences(ResvUsage.READ)).hasSize(2);
        buffer.replace(7, Plain.fence(there, 9, 1), ResvUsage.WRITE);
        assertThat(buffer.pollFences(ResvUsage.READ))
                .extracting(DmaFence::context)
                .containsExactly(7L, 9L);
        buffer.mutex().unlock();
    }

    @Test
    void shouldNumberASingletonByTheRuntimeItIsOf() {
        long taken = there.allocateContexts(40) + 39;
        ReservationObject buffer = ReservationObject.create(here, ErrorPolicy.KERNEL);
        buffer.mutex().lock();
        buffer.reserve(2);
        buffer.add(Plain.fence(there, 1, 1), ResvUsage.WRITE);
        buffer.add(Plain.fence(there, 2, 1), ResvUsage.WRITE);
        buffer.mutex().unlock();
        DmaFence both = Objects.requireNonNull(buffer.pollSingleton(ResvUsage.READ));
        assertThat(both.runtime()).isSameAs(there);
        assertThat(both.context()).isGreaterThan(taken);
    }

    @Test
    void shouldNotTakeAnotherRuntimesChainForTheEarlierPoints() {
        there.allocateContexts(40);
        SyncObj foreign = SyncObj.create(there);
        foreign.addPoint(Plain.fence(there, 50, 1), 3);
        foreign.addPoint(Plain.fence(there, 50, 2), 8);
        DmaFence chain = SyncObjRig.at(foreign, 8);
        SyncObj object = SyncObj.create(here);
        object.replaceFence(chain);
        long last = here.allocateContexts(1);
        here.allocateContexts(
                (int) (chain.context() - last - 1)); // so that the first link of ours gets the same number
        object.addPoint(Plain.fence(here, 60, 1), 2); // not later: a context of its own, with the same number
        DmaFence head = SyncObjRig.at(object, 0);
        assertThat(head.context()).isEqualTo(chain.context());
        assertThat(head.runtime()).isSameAs(here);
        assertThat(object.pollReachedPoint()).isZero(); // as after any point out of order, not 3
    }
}
