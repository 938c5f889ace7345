package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceOps.Op;
import org.junit.jupiter.api.Test;

/** Names, the line that debugfs prints, and stubs. */
class FenceNamesTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;

    @Test
    void shouldAskTheDriverForEachNameWhileUnsignaled() {
        TestOps ops = TestOps.with();
        DmaFence fence = fixture.fence(ops);
        int before = ops.namesAsked.get();
        assertThat(fence.driverName()).isEqualTo("test-driver");
        assertThat(fence.timelineName()).isEqualTo("test-timeline");
        assertThat(ops.namesAsked).hasValue(before + 2);
    }

    @Test
    void shouldAskInsideAReadSection() {
        List<Boolean> held = new ArrayList<>();
        TestOps ops = TestOps.with();
        ops.onName = name -> {
            held.add(fixture.runtime.rcu().isHeld());
            return name;
        };
        DmaFence fence = fixture.fence(ops);
        assertThat(fence.driverName() + fence.timelineName()).isEqualTo("test-drivertest-timeline");
        assertThat(held).hasSize(4).containsOnly(true);
        assertThat(fixture.runtime.rcu().isHeld()).isFalse();
    }

    @Test
    void shouldAnswerTheLiteralsOnceSignaledWhetherDetachedOrNot() {
        for (TestOps ops : List.of(TestOps.with(), TestOps.with(Op.RELEASE))) {
            DmaFence fence = fixture.fence(ops);
            context.signal(fence);
            int asked = ops.namesAsked.get();
            assertThat(fence.driverName()).isEqualTo("detached-driver");
            assertThat(fence.timelineName()).isEqualTo("signaled-timeline");
            assertThat(ops.namesAsked).hasValue(asked);
            assertThat(fence.lastKnownDriverName()).isEqualTo("test-driver");
            assertThat(fence.lastKnownTimelineName()).isEqualTo("test-timeline");
        }
    }

    @Test
    void shouldAnswerTheLiteralsForAFreedFence() {
        DmaFence fence = fixture.fence();
        fence.release();
        assertThat(fence.driverName()).isEqualTo("detached-driver");
        assertThat(fence.timelineName()).isEqualTo("signaled-timeline");
    }

    @Test
    void shouldRememberTheLastAnswer() {
        TestOps ops = TestOps.with();
        DmaFence fence = fixture.fence(ops);
        ops.onName = name -> name + "-renamed";
        assertThat(fence.lastKnownTimelineName()).isEqualTo("test-timeline");
        assertThat(fence.timelineName()).isEqualTo("test-timeline-renamed");
        context.signal(fence);
        assertThat(fence.lastKnownTimelineName()).isEqualTo("test-timeline-renamed");
        assertThat(fence.lastKnownDriverName()).isEqualTo("test-driver");
    }

    @Test
    void shouldKeepThePastsNamesWhenATimelineIsRenamed() {
        TestOps ops = TestOps.with();
        DmaFence[] fences = new DmaFence[9];
        for (int i = 1; i <= 8; i++) {
            if (i == 5) {
                ops.onName = name -> name + "-2";
                context.renamed();
            }
            fences[i] = context.newFence(ops, i);
        }
        assertThat(fences[4].toString()).contains("(test-driver test-timeline)");
        assertThat(fences[4].lastKnownTimelineName()).isEqualTo("test-timeline");
        assertThat(fences[5].lastKnownDriverName()).isEqualTo("test-driver-2");
        assertThat(fences[8].lastKnownTimelineName()).isEqualTo("test-timeline-2");

        // Who asks learns it for that fence and the later ones.
        ops.onName = name -> name + "-3";
        assertThat(fences[7].timelineName()).isEqualTo("test-timeline-3");
        assertThat(fences[6].lastKnownTimelineName()).isEqualTo("test-timeline-2");
        assertThat(fences[8].lastKnownTimelineName()).isEqualTo("test-timeline-3");
        ops.onName = name -> name;
        assertThat(fences[5].timelineName()).isEqualTo("test-timeline");
        assertThat(fences[7].lastKnownTimelineName()).isEqualTo("test-timeline-3");
    }

    @Test
    void shouldForgetTheNamesOfLongAgoAndSaySo() {
        TestOps ops = TestOps.with();
        DmaFence first = context.newFence(ops, 0xfffffff0L);
        DmaFence last = first;
        for (int i = 1; i < 40; i++) { // across the wrap of the numbers
            int at = i;
            ops.onName = name -> name + at;
            context.renamed();
            last = context.newFence(ops, (0xfffffff0L + i) & 0xffffffffL);
        }
        assertThat(last.lastKnownTimelineName()).isEqualTo("test-timeline39");
        assertThat(first.lastKnownTimelineName()).isEqualTo("(forgotten)");
    }

    @Test
    void shouldDescribeAFenceAsDebugfsDoes() {
        FenceContext one = FenceContext.builder(fixture.runtime).id(1).build();
        DmaFence fence = one.newFence(TestOps.with(), 2);
        assertThat(fence.pollDescription()).isEqualTo("1:2 test-timeline test-driver unsignalled\n");
        one.signal(fence);
        assertThat(fence.pollDescription()).isEqualTo("1:2   signalled\n");
        FenceContext high = FenceContext.builder(fixture.runtime).id(-1).build();
        assertThat(high.newFence(TestOps.with(), -2).pollDescription())
                .isEqualTo("18446744073709551615:18446744073709551614 test-timeline test-driver unsignalled\n");
    }

    @Test
    void shouldGiveAStubThatWasAlwaysSignaled() {
        DmaFence stub = fixture.runtime.stub();
        assertThat(stub).isSameAs(fixture.runtime.stub());
        assertThat(stub.isSignaled()).isTrue();
        assertThat(stub.isSignalingEnabled()).isTrue();
        assertThat(stub.context()).isZero();
        assertThat(stub.seqno()).isZero();
        assertThat(stub.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(stub.driverName()).isEqualTo("detached-driver");
        assertThat(stub.timelineName()).isEqualTo("signaled-timeline");
        assertThat(stub.lastKnownDriverName()).isEqualTo("stub");
        assertThat(stub.pollDescription()).isEqualTo("0:0   signalled\n");
        assertThat(stub.independence().independent()).isTrue();
        assertThat(stub.timestampNs()).isEqualTo(1);
        assertThat(stub.addCallback(FenceCallback.of(f -> {}))).isFalse();
    }

    @Test
    void shouldMakePrivateStubsThatEndWithTheirLastReference() {
        DmaFence stub = fixture.runtime.allocateStub(77);
        assertThat(stub).isNotSameAs(fixture.runtime.allocateStub(77));
        assertThat(stub.isSignaled()).isTrue();
        assertThat(stub.isSignalingEnabled()).isTrue();
        assertThat(stub.timestampNs()).isEqualTo(77);
        assertThat(stub.driverName()).isEqualTo("detached-driver");
        stub.release();
        assertThat(stub.isFreed()).isTrue();
    }
}
