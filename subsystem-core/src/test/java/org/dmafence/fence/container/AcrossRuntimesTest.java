package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fences of two runtimes, each of which counts its contexts from 1: equal ids are not one timeline. */
@Timeout(20)
class AcrossRuntimesTest {
    private final Mocks here = new Mocks();
    private final Mocks there = new Mocks();

    @Test
    void shouldTellTimelinesOfTwoRuntimesApart() {
        DmaFence one = here.fence(1, 1);
        DmaFence other = there.fence(1, 2);

        assertThat(one.sharesTimeline(other)).isFalse();
        assertThat(one.sharesTimeline(here.fence(1, 7))).isTrue();
        assertThat(other.isLaterThan(one)).isFalse();
        assertThat(DmaFence.pollLater(one, other)).isNull();
        assertThat(here.contextOf(one).isTimelineOf(other)).isFalse();
        assertThat(here.contextOf(one).isTimelineOf(here.fence(1, 9))).isTrue();
        assertThat(there.reports).singleElement().asString().contains("of another context");
        assertThat(here.reports).singleElement().asString().contains("of another context");
    }

    @Test
    void shouldMergeThemWithoutLosingOne() {
        for (ErrorPolicy policy : ErrorPolicy.values()) {
            DmaFence early = here.fence(5, 1);
            DmaFence late = here.fence(5, 2);
            DmaFence foreign = there.fence(5, 3);
            DmaFence first = there.fence(4, 1);

            DmaFence merged = FenceMerge.merge(List.of(early, foreign, late, first), policy);

            assertThat(FenceArray.fencesOf(merged)).containsExactly(first, late, foreign);
        }
        assertThat(here.reports).isEmpty();
        assertThat(there.reports).isEmpty();
    }

    @Test
    void shouldTellBothCausesOfEqualNumbers() {
        DmaFence one = here.fence(5, 1);
        DmaFence other = there.fence(5, 1);
        here.signal(one, FenceError.EIO);
        there.signal(other, FenceError.EIO);

        assertThat(FenceCauses.of(FenceMerge.merge(one, other)).first()).hasSize(2);
    }
}
