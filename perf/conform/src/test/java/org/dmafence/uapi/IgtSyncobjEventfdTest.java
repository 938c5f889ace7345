package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** IGT {@code tests/syncobj_eventfd.c}: a descriptor that is told about a point. */
class IgtSyncobjEventfdTest {
    private static final int GARBAGE = IgtDrm.garbage();
    private static final int AVAILABLE = SyncobjIoctl.WAIT_AVAILABLE;

    @TestFactory
    Stream<DynamicTest> subtests() {
        IgtSubtests all = new IgtSubtests();
        all.add(
                "invalid-bad-flags",
                drm -> assertThat(register(drm, drm.create(), 0, GARBAGE, eventfd(drm), 0))
                        .isEqualTo(Errno.EINVAL));
        all.add(
                "invalid-illegal-handle",
                drm -> assertThat(register(drm, 0, 0, 0, eventfd(drm), 0)).isEqualTo(Errno.ENOENT));
        all.add("invalid-illegal-eventfd", drm -> {
            int other = drm.openTimeline(); // stands for /dev/null, another kind of file
            assertThat(register(drm, drm.create(), 0, 0, other, 0)).isEqualTo(Errno.EINVAL);
        });
        all.add(
                "invalid-bad-pad",
                drm -> assertThat(register(drm, drm.create(), 0, 0, eventfd(drm), GARBAGE))
                        .isEqualTo(Errno.EINVAL));
        for (long point : new long[] {0, 1}) {
            String kind = point == 0 ? "binary" : "timeline";
            all.add(kind + "-wait", drm -> submitted(drm, point));
            all.add(kind + "-wait-before-signal", drm -> beforeSubmission(drm, point));
            all.add(kind + "-wait-signaled", drm -> signaled(drm, point));
        }
        return all.total(10);
    }

    private static int eventfd(IgtDrm drm) {
        return drm.process.files().install(new EventfdOpenFile());
    }

    private static int register(IgtDrm drm, int handle, long point, int flags, int fd, int pad) {
        SyncobjIoctl.Eventfd data = new SyncobjIoctl.Eventfd();
        data.handle = handle;
        data.point = point;
        data.flags = flags;
        data.fd = fd;
        data.pad = pad;
        return drm.ioctl(SyncobjIoctl.EVENTFD, data);
    }

    private static int registered(IgtDrm drm, int handle, long point, int flags) {
        int fd = eventfd(drm);
        assertThat(register(drm, handle, point, flags, fd, 0)).isZero();
        return fd;
    }

    private static boolean isSignaled(IgtDrm drm, int fd, int withinMs) {
        int ready = drm.process.poll(new PollFd(fd, OpenFile.POLLIN), withinMs);
        try (HeldFile<EventfdOpenFile> held =
                Objects.requireNonNull(drm.process.files().hold(fd, EventfdOpenFile.class))) {
            assertThat(held.object().read()).isEqualTo(ready == 1 ? 1 : Errno.EAGAIN);
        }
        return ready == 1;
    }

    private static void submitted(IgtDrm drm, long point) {
        int handle = drm.create();
        int opened = drm.attach(handle, point);
        int reached = registered(drm, handle, point, 0);
        int available = registered(drm, handle, point, AVAILABLE);
        assertThat(isSignaled(drm, reached, 10)).isFalse();
        assertThat(isSignaled(drm, available, 10)).isTrue();
        drm.increment(opened, 1);
        assertThat(isSignaled(drm, reached, 5000)).isTrue();
    }

    private static void beforeSubmission(IgtDrm drm, long point) {
        int handle = drm.create();
        int reached = registered(drm, handle, point, 0);
        int available = registered(drm, handle, point, AVAILABLE);
        assertThat(isSignaled(drm, reached, 10)).isFalse();
        assertThat(isSignaled(drm, available, 10)).isFalse();
        int opened = drm.attach(handle, point);
        assertThat(isSignaled(drm, reached, 10)).isFalse();
        assertThat(isSignaled(drm, available, 5000)).isTrue();
        drm.increment(opened, 1);
        assertThat(isSignaled(drm, reached, 5000)).isTrue();
    }

    private static void signaled(IgtDrm drm, long point) {
        int handle = drm.create();
        drm.increment(drm.attach(handle, point), 1);
        assertThat(isSignaled(drm, registered(drm, handle, point, 0), 10)).isTrue();
        assertThat(isSignaled(drm, registered(drm, handle, point, AVAILABLE), 10))
                .isTrue();
    }
}
