package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** IGT {@code tests/syncobj_basic.c}: handles, files, and what is refused. */
class IgtSyncobjBasicTest {
    private static final int GARBAGE = IgtDrm.garbage();

    @TestFactory
    Stream<DynamicTest> subtests() {
        IgtSubtests all = new IgtSubtests();
        all.add("bad-destroy", drm -> assertThat(drm.destroy(GARBAGE, 0)).isEqualTo(Errno.EINVAL));
        all.add("bad-create-flags", drm -> {
            SyncobjIoctl.Create data = new SyncobjIoctl.Create();
            data.flags = GARBAGE;
            assertThat(drm.ioctl(SyncobjIoctl.CREATE, data)).isEqualTo(Errno.EINVAL);
        });
        all.add("bad-handle-to-fd", drm -> refuse(drm, SyncobjIoctl.HANDLE_TO_FD, drm.handle(GARBAGE, 0, 0, 0)));
        all.add("bad-fd-to-handle", drm -> refuse(drm, SyncobjIoctl.FD_TO_HANDLE, drm.handle(0, 0, -1, 0)));
        all.add(
                "bad-flags-handle-to-fd",
                drm -> refuse(drm, SyncobjIoctl.HANDLE_TO_FD, drm.handle(drm.create(), GARBAGE, 0, 0)));
        all.add(
                "bad-flags-fd-to-handle",
                drm -> refuse(drm, SyncobjIoctl.FD_TO_HANDLE, drm.handle(0, GARBAGE, export(drm, drm.create()), 0)));
        all.add(
                "bad-pad-handle-to-fd",
                drm -> refuse(drm, SyncobjIoctl.HANDLE_TO_FD, drm.handle(drm.create(), 0, 0, GARBAGE)));
        all.add(
                "bad-pad-fd-to-handle",
                drm -> refuse(drm, SyncobjIoctl.FD_TO_HANDLE, drm.handle(0, 0, export(drm, drm.create()), GARBAGE)));
        all.add("illegal-fd-to-handle", drm -> refuse(drm, SyncobjIoctl.FD_TO_HANDLE, drm.handle(0, 0, drm.drm, 0)));
        all.add("bad-destroy-pad", IgtSyncobjBasicTest::badDestroyPad);
        all.add("create-signaled", drm -> {
            int handle = drm.create(SyncobjIoctl.CREATE_SIGNALED);
            assertThat(drm.wait(handle, 0, 0)).isZero();
            assertThat(drm.destroy(handle, 0)).isZero();
        });
        all.add("test-valid-cycle", IgtSyncobjBasicTest::validCycle);
        return all.total(12);
    }

    private static void refuse(IgtDrm drm, int request, SyncobjIoctl.Handle data) {
        assertThat(drm.ioctl(request, data)).isEqualTo(Errno.EINVAL);
    }

    private static int export(IgtDrm drm, int handle) {
        SyncobjIoctl.Handle data = drm.handle(handle, 0, -1, 0);
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, data)).isZero();
        return data.fd;
    }

    private static void badDestroyPad(IgtDrm drm) {
        int handle = drm.create();
        assertThat(drm.destroy(handle, GARBAGE)).isEqualTo(Errno.EINVAL);
        assertThat(drm.destroy(handle, 0)).isZero();
    }

    private static void validCycle(IgtDrm drm) {
        int handle = drm.create();
        SyncobjIoctl.Handle data = drm.handle(0, 0, export(drm, handle), 0);
        assertThat(drm.ioctl(SyncobjIoctl.FD_TO_HANDLE, data)).isZero();
        assertThat(data.handle).isNotEqualTo(handle);
        assertThat(drm.destroy(handle, 0)).isZero();
        assertThat(drm.destroy(data.handle, 0)).isZero();
    }
}
