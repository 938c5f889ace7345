package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.fence.SequenceNumbers.isLater;

import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceNumbersTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;

    @ParameterizedTest
    @CsvSource({
        // a, b, later as 32 bits, later as 64 bits
        "0x2, 0x1, true, true",
        "0x1, 0x2, false, false",
        "0x1, 0x1, false, false",
        "0x1, 0xFFFFFFFF, true, false",
        "0xFFFFFFFF, 0x1, false, true",
        "0x0, 0xFFFFFFFF, true, false",
        "0x80000000, 0x0, false, true", // a distance of 2^31 is later neither way
        "0x0, 0x80000000, false, false",
        "0x80000001, 0x1, false, true",
        "0x80000000, 0x1, true, true",
        "0x1, 0x80000000, false, false",
        "0x80000010, 0x5, false, true", // sw_sync's wrapped timeline: a point that far ahead has passed
        "0x100000001, 0x1, false, true", // high halves do not count
        "0x1, 0x100000001, false, false",
        "0xFFFFFFFFFFFFFFFF, 0x0, false, true",
        "0x0, 0xFFFFFFFFFFFFFFFF, true, false",
        "0x8000000000000000, 0x7FFFFFFFFFFFFFFF, true, true" // unsigned
    })
    void shouldCompareAsTheTimelineSays(String a, String b, boolean later32, boolean later64) {
        long left = Long.parseUnsignedLong(a.substring(2), 16);
        long right = Long.parseUnsignedLong(b.substring(2), 16);
        assertThat(isLater(left, right, false)).isEqualTo(later32);
        assertThat(isLater(left, right, true)).isEqualTo(later64);

        DmaFence narrow = context.newFence(TestOps.with(), left);
        assertThat(narrow.isLaterThan(context.newFence(TestOps.with(), right))).isEqualTo(later32);
        assertThat(narrow.isSeqno64()).isFalse();
        DmaFence wide = context.newFence64(TestOps.with(), left);
        assertThat(wide.isLaterThan(context.newFence64(TestOps.with(), right))).isEqualTo(later64);
        assertThat(wide.isSeqno64()).isTrue();
    }

    @Test
    void shouldUseTheFirstFencesWidthWhenTwoFencesDiffer() {
        DmaFence wide = context.newFence64(TestOps.with(), 0xFFFF_FFFFL);
        DmaFence narrow = context.newFence(TestOps.with(), 1);
        assertThat(wide.isLaterThan(narrow)).isTrue();
        assertThat(narrow.isLaterThan(wide)).isTrue();
    }

    @Test
    void shouldReportAComparisonAcrossContexts() {
        DmaFence first = context.newFence(TestOps.with(), 2);
        DmaFence second = FenceContext.builder(fixture.runtime).build().newFence(TestOps.with(), 1);

        assertThat(first.isLaterThan(second)).isFalse();
        assertThat(first.isLaterThanOrSame(second)).isFalse();
        assertThat(DmaFence.pollLater(first, second)).isNull();

        assertThat(fixture.reports.kinds()).containsExactly(Kind.WARN, Kind.WARN, Kind.WARN);
    }

    @Test
    void shouldTakeFencesOfContextZeroForOneTimeline() {
        DmaFence first = FenceContext.builder(fixture.runtime).id(0).build().newFence(TestOps.with(), 2);
        DmaFence second = FenceContext.builder(fixture.runtime).id(0).build().newFence(TestOps.with(), 1);
        assertThat(first.isLaterThan(second)).isTrue();
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldTakeOnlyTheVeryFenceForTheSame() {
        DmaFence fence = context.newFence(TestOps.with(), 7);
        DmaFence twin = context.newFence(TestOps.with(), 7);
        assertThat(fence.isLaterThanOrSame(fence)).isTrue();
        assertThat(fence.isLaterThanOrSame(twin)).isFalse();
        assertThat(context.newFence(TestOps.with(), 8).isLaterThanOrSame(twin)).isTrue();
    }

    @Test
    void shouldAnswerTheLaterFenceUntilItHasSignaled() {
        DmaFence early = context.newFence(TestOps.with(), 1);
        DmaFence late = context.newFence(TestOps.with(), 2);
        assertThat(DmaFence.pollLater(early, late)).isSameAs(late);
        assertThat(DmaFence.pollLater(late, early)).isSameAs(late);
        context.signal(early);
        assertThat(DmaFence.pollLater(early, late)).isSameAs(late);
        context.signal(late);
        assertThat(DmaFence.pollLater(early, late)).isNull();
    }

    @Test
    void shouldAnswerTheSecondOfTwoFencesWithOneNumber() {
        DmaFence first = context.newFence(TestOps.with(), 1);
        DmaFence second = context.newFence(TestOps.with(), 1);
        assertThat(DmaFence.pollLater(first, second)).isSameAs(second);
    }

    @Test
    void shouldPollTheLaterFenceOnly() {
        TestOps done = TestOps.with(Op.SIGNALED);
        done.onPoll = fence -> true;
        DmaFence early = context.newFence(done, 1);
        DmaFence late = context.newFence(TestOps.with(), 2);
        assertThat(DmaFence.pollLater(early, late)).isSameAs(late);
        assertThat(done.polls).hasValue(0);
        DmaFence latest = context.newFence(done, 3);
        assertThat(DmaFence.pollLater(late, latest)).isNull();
        assertThat(latest.isSignaled()).isTrue();
    }

    @Test
    void shouldCompareByTheNumberGivenAtEmission() {
        DmaFence fence = context.newFence(TestOps.with(), 0);
        context.setSeqno(fence, 9);
        assertThat(fence.seqno()).isEqualTo(9);
        assertThat(fence.isLaterThan(context.newFence(TestOps.with(), 8))).isTrue();
    }
}
