package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** IGT {@code tests/syncobj_wait.c}: waiting for binary objects, resetting and signalling them. */
class IgtSyncobjWaitTest {
    private static final int GARBAGE = IgtDrm.garbage();

    @TestFactory
    Stream<DynamicTest> subtests() {
        IgtSubtests all = new IgtSubtests();
        addInvalid(all);
        IgtWaitCases waits = new IgtWaitCases(all, false);
        waits.addSingles();
        waits.addDelayed();
        waits.addResets();
        waits.addSignal();
        waits.addMultis(3);
        waits.addSnapshots();
        waits.addComplex();
        waits.addInterrupted();
        return all.total(69);
    }

    private static void addInvalid(IgtSubtests all) {
        all.add(
                "invalid-wait-bad-flags",
                drm -> assertThat(drm.wait(drm.create(), 0, GARBAGE)).isEqualTo(Errno.EINVAL));
        all.add(
                "wait-zero-handles",
                drm -> assertThat(drm.run(IgtDrm.wait(new int[0], null, 0, 0))).isZero());
        all.add(
                "invalid-wait-illegal-handle",
                drm -> assertThat(drm.wait(0, 0, 0)).isEqualTo(Errno.ENOENT));
        all.add(
                "invalid-reset-zero-handles",
                drm -> assertThat(drm.reset(new int[0], 0)).isEqualTo(Errno.EINVAL));
        all.add(
                "invalid-reset-illegal-handle",
                drm -> assertThat(drm.reset(new int[1], 0)).isEqualTo(Errno.ENOENT));
        all.add("invalid-reset-one-illegal-handle", drm -> {
            int[] handles = {drm.create(SyncobjIoctl.CREATE_SIGNALED), 0, drm.create(SyncobjIoctl.CREATE_SIGNALED)};
            assertThat(drm.reset(handles, 0)).isEqualTo(Errno.ENOENT);
            assertThat(drm.wait(handles[0], 0, 0)).isZero();
            assertThat(drm.wait(handles[2], 0, 0)).isZero();
        });
        all.add(
                "invalid-reset-bad-pad",
                drm -> assertThat(drm.reset(new int[1], GARBAGE)).isEqualTo(Errno.EINVAL));
        all.add(
                "invalid-signal-zero-handles",
                drm -> assertThat(drm.signal(new int[0], 0)).isEqualTo(Errno.EINVAL));
        all.add(
                "invalid-signal-illegal-handle",
                drm -> assertThat(drm.signal(new int[1], 0)).isEqualTo(Errno.ENOENT));
        all.add("invalid-signal-one-illegal-handle", drm -> {
            int[] handles = {drm.create(), 0, drm.create()};
            assertThat(drm.signal(handles, 0)).isEqualTo(Errno.ENOENT);
            assertThat(drm.wait(handles[0], 0, 0)).isEqualTo(Errno.EINVAL);
            assertThat(drm.wait(handles[2], 0, 0)).isEqualTo(Errno.EINVAL);
        });
        all.add(
                "invalid-signal-bad-pad",
                drm -> assertThat(drm.signal(new int[1], GARBAGE)).isEqualTo(Errno.EINVAL));
    }
}
