package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the error of a point: kept, unless the object was told to lose it as the kernel does. */
class SyncObjErrorsTest {
    private static final FenceStatus FAILED = new FenceStatus(true, FenceError.EIO);

    private final SyncObjRig rig = new SyncObjRig();

    @AfterEach
    void close() {
        rig.close();
        assertThat(rig.reports).isEmpty();
    }

    private static FenceStatus expected(ErrorPolicy policy) {
        return policy == ErrorPolicy.KEEP_FIRST ? FAILED : FenceStatus.OK;
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheErrorOfAPointThatWasUnlinked(ErrorPolicy policy) {
        SyncObj object = SyncObj.create(rig.runtime, policy);
        DmaFence one = rig.fence("1");
        object.addPoint(one, 1);
        rig.signal(one, FenceError.EIO);
        object.addPoint(rig.fence("2"), 2);
        assertThat(object.pollReachedPoint()).isEqualTo(1);
        assertThat(SyncObjRig.at(object, 1).pollStatus()).isEqualTo(expected(policy));
        assertThat(SyncObjRig.at(object, 2).pollStatus()).isEqualTo(FenceStatus.ACTIVE);
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheErrorOfAPointBehindOneThatIsPending(ErrorPolicy policy) {
        SyncObj object = SyncObj.create(rig.runtime, policy);
        DmaFence one = rig.fence("1");
        DmaFence two = rig.fence("2");
        object.addPoint(one, 1);
        object.addPoint(two, 2);
        rig.signal(two, FenceError.EIO);
        object.addPoint(rig.fence("3"), 3);
        DmaFence found = SyncObjRig.at(object, 2);
        assertThat(found.pollStatus()).isEqualTo(FenceStatus.ACTIVE);
        found.enableSignaling();
        rig.signal(one);
        assertThat(found.pollStatus()).isEqualTo(expected(policy));
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheErrorOfWhatIsTransferred(ErrorPolicy policy) {
        SyncObj source = SyncObj.create(rig.runtime, policy);
        SyncObj target = SyncObj.create(rig.runtime, policy);
        DmaFence fence = rig.fence("f");
        source.replaceFence(fence);
        rig.signal(fence, FenceError.EIO);
        target.transferFrom(source, 0, 1);
        assertThat(SyncObjRig.at(target, 1).pollStatus()).isEqualTo(expected(policy));
        target.transferFrom(source, 0, 0);
        assertThat(SyncObjRig.at(target, 0).pollStatus()).isEqualTo(FAILED);
    }

    @Test
    void shouldKeepErrorsByDefault() {
        assertThat(SyncObj.create(rig.runtime).errorPolicy()).isEqualTo(ErrorPolicy.KEEP_FIRST);
    }
}
