package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.FenceChain;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncObjTest {
    private final SyncObjRig rig = new SyncObjRig();
    private final SyncObj object = SyncObj.create(rig.runtime);

    @AfterEach
    void close() {
        rig.close();
        assertThat(rig.reports).isEmpty();
    }

    @Test
    void shouldHaveNoFenceWhenNew() {
        assertThat(object.fence()).isNull();
        assertThat(object.fenceAt(0)).isNull();
        assertThat(object.fenceAt(1)).isNull();
        assertThat(object.pollReachedPoint()).isZero();
        assertThat(object.lastSubmittedPoint()).isZero();
        assertThat(object).hasToString(object.toString()).asString().contains("no fence");
    }

    @Test
    void shouldHoldAReferenceToItsFence() {
        DmaFence fence = rig.fence("f");
        object.replaceFence(fence);
        assertThat(fence.references()).isEqualTo(2);
        assertThat(object.fence()).isSameAs(fence);
        assertThat(fence.references()).isEqualTo(3);
        fence.release();
        fence.release();
        object.replaceFence(fence);
        assertThat(fence.references()).isEqualTo(1);
        object.reset();
        assertThat(rig.log).containsExactly("release f");
        assertThat(object.fence()).isNull();
    }

    @Test
    void shouldLetGoOfItsFenceWithTheLastReference() {
        DmaFence fence = rig.fence("f");
        object.replaceFence(fence);
        fence.release();
        object.retain();
        object.release();
        assertThat(rig.log).isEmpty();
        object.release();
        assertThat(rig.log).containsExactly("release f");
        object.release();
        assertThat(rig.reports).hasSize(1).allMatch(report -> report.contains("released more often than retained"));
        assertThatThrownBy(object::retain).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(object::signal).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> object.signal(1)).isInstanceOf(IllegalStateException.class);
        rig.reports.clear();
    }

    @Test
    void shouldHaveAFenceOfNowWhenSignaled() {
        rig.cpu.advanceMs(7);
        object.signal();
        DmaFence stub = SyncObjRig.at(object, 0);
        assertThat(stub.isSignaled()).isTrue();
        assertThat(stub.timestampNs()).isEqualTo(7_000_000);
        assertThat(object.fenceAt(1)).isNull();
        assertThat(object.pollReachedPoint()).isZero();
    }

    @Test
    void shouldReachPointsInOrder() {
        DmaFence one = rig.fence("1");
        DmaFence three = rig.fence("3");
        object.addPoint(one, 1);
        object.addPoint(three, 3);
        assertThat(object.lastSubmittedPoint()).isEqualTo(3);
        assertThat(object.pollReachedPoint()).isZero();
        rig.signal(three);
        assertThat(object.pollReachedPoint()).isZero();
        assertThat(SyncObjRig.at(object, 2).pollSignaled()).isFalse();
        rig.signal(one);
        assertThat(object.pollReachedPoint()).isEqualTo(3);
        assertThat(SyncObjRig.at(object, 1).pollSignaled()).isTrue();
        assertThat(SyncObjRig.at(object, 2).pollSignaled()).isTrue();
        assertThat(object.fenceAt(4)).isNull();
    }

    @Test
    void shouldReachWhatIsBeforeTheOldestPendingPoint() {
        object.signal(2);
        object.addPoint(rig.fence("5"), 5);
        object.addPoint(rig.fence("8"), 8);
        object.signal(9);
        assertThat(object.pollReachedPoint()).isEqualTo(2);
        assertThat(object.lastSubmittedPoint()).isEqualTo(9);
    }

    @Test
    void shouldReachNothingWhileAPointOutOfOrderIsPending() {
        object.signal(5);
        DmaFence late = rig.fence("late");
        object.addPoint(late, 3);
        assertThat(object.lastSubmittedPoint()).isEqualTo(5);
        assertThat(object.pollReachedPoint()).isZero();
        rig.signal(late);
        assertThat(object.pollReachedPoint()).isEqualTo(5);
    }

    @Test
    void shouldComparePointsAs64BitsWithoutASign() {
        object.signal(5);
        object.signal(-1);
        assertThat(object.pollReachedPoint()).isEqualTo(-1);
        assertThat(object.fenceAt(Long.MIN_VALUE)).isNotNull();
        object.signal(7);
        assertThat(object.lastSubmittedPoint()).isEqualTo(-1);
    }

    @Test
    void shouldLinkPointsBehindABinaryFence() {
        DmaFence binary = rig.fence("b");
        object.replaceFence(binary);
        object.signal(3);
        assertThat(object.pollReachedPoint()).isZero();
        assertThat(SyncObjRig.at(object, 3).pollSignaled()).isFalse();
        rig.signal(binary);
        assertThat(object.pollReachedPoint()).isEqualTo(3);
    }

    @Test
    void shouldForgetItsPointsWhenReplaced() {
        object.signal(7);
        object.signal();
        assertThat(object.pollReachedPoint()).isZero();
        assertThat(object.fenceAt(7)).isNull();
        object.signal(3);
        assertThat(object.pollReachedPoint()).isEqualTo(3);
    }

    @Test
    void shouldKeepNoReachedPoints() {
        DmaFence[] fences = new DmaFence[200];
        for (int i = 0; i < fences.length; i++) {
            fences[i] = rig.fence("" + i);
            object.addPoint(fences[i], i + 1);
            if (i > 0) {
                rig.signal(fences[i - 1]);
                fences[i - 1].release();
            }
        }
        // Each point was taken out when the second one after it came.
        assertThat(rig.log.stream().filter(line -> line.startsWith("release"))).hasSize(fences.length - 2);
        assertThat(object.pollReachedPoint()).isEqualTo(fences.length - 1);
    }

    @Test
    void shouldTransferAPointToABinaryObjectAsItIs() {
        DmaFence fence = rig.fence("4");
        object.addPoint(fence, 4);
        SyncObj copy = SyncObj.create(rig.runtime);
        copy.transferFrom(object, 4, 0);
        assertThat(copy.fence()).isSameAs(object.fence()).matches(FenceChain::isChain);
        assertThatThrownBy(() -> copy.transferFrom(object, 5, 0))
                .isInstanceOf(SyncObjException.class)
                .hasMessageContaining("point 5")
                .extracting(e -> ((SyncObjException) e).error())
                .isEqualTo(FenceError.EINVAL);
        copy.transferFrom(object, 2, 0);
        assertThat(SyncObjRig.at(copy, 0).pollSignaled()).isFalse();
        rig.signal(fence);
        copy.transferFrom(object, 2, 0);
        assertThat(SyncObjRig.at(copy, 0).pollSignaled()).isTrue();
    }

    @Test
    void shouldFlattenWhatIsTransferredToAPoint() {
        DmaFence one = rig.fence("1");
        DmaFence two = rig.fence("2");
        object.addPoint(one, 1);
        object.addPoint(two, 2);
        SyncObj other = SyncObj.create(rig.runtime);
        other.transferFrom(object, 0, 9);
        assertThat(FenceChain.contained(SyncObjRig.at(other, 0))).matches(fence -> !FenceChain.isChain(fence));
        rig.signal(two);
        assertThat(other.pollReachedPoint()).isZero();
        rig.signal(one);
        assertThat(other.pollReachedPoint()).isEqualTo(9);
    }

    @Test
    void shouldTransferWithinItself() {
        object.signal(63);
        object.transferFrom(object, 63, 74);
        assertThat(object.pollReachedPoint()).isEqualTo(74);
    }

    @Test
    void shouldWaitForAPointToBeSubmitted() {
        SyncObj copy = SyncObj.create(rig.runtime);
        rig.start("w", () -> {
            copy.awaitTransferFrom(object, 3, 1);
            return "done";
        });
        object.addPoint(rig.fence("1"), 1);
        rig.cpu.advanceMs(4999);
        assertThat(rig.log).isEmpty();
        object.addPoint(rig.fence("5"), 5);
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("w: done");
        assertThat(copy.lastSubmittedPoint()).isEqualTo(1);
    }

    @Test
    void shouldGiveUpWaitingForSubmissionAfterFiveSeconds() {
        rig.start("w", () -> object.awaitFenceAt(3));
        rig.cpu.advanceMs(4999);
        assertThat(rig.log).isEmpty();
        rig.cpu.advanceMs(1);
        assertThat(rig.log).containsExactly("w: -ETIME");
    }

    @Test
    void shouldStopWaitingForSubmissionWhenInterrupted() {
        rig.start("w", () -> object.awaitFenceAt(3)).interrupt();
        rig.cpu.settle();
        assertThat(rig.log).containsExactly("w: interrupted");
    }

    @Test
    void shouldNeverGoBackWhenPointsSignalInAnyOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        DmaFence[] fences = new DmaFence[60];
        long point = 0;
        for (int i = 0; i < fences.length; i++) {
            fences[i] = rig.fence("" + i);
            point += 1 + random.nextInt(5);
            object.addPoint(fences[i], point);
        }
        long last = 0;
        for (int left = fences.length; left > 0; left--) {
            int i = random.nextInt(left);
            rig.signal(fences[i]);
            fences[i] = fences[left - 1];
            long reached = object.pollReachedPoint();
            assertThat(reached).as("seed %d", seed).isGreaterThanOrEqualTo(last);
            last = reached;
        }
        assertThat(last).isEqualTo(point);
    }
}
