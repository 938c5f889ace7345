package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.dmafence.testkit.VirtualTask;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * IGT {@code tests/syncobj_timeline.c}: points. Some of its cases hand the kernel flags of the test's own, where 1
 * means "for submit" and 2 "all"; the kernel takes them for the opposite. They are numbers here, as the kernel sees
 * them.
 */
class IgtSyncobjTimelineTest {
    private static final int GARBAGE = IgtDrm.garbage();

    @TestFactory
    Stream<DynamicTest> subtests() {
        IgtSubtests all = new IgtSubtests();
        addInvalid(all);
        all.add("signal-array", IgtSyncobjTimelineTest::signalArray);
        addTransfers(all);
        IgtWaitCases waits = new IgtWaitCases(all, true);
        waits.addSingles();
        waits.addDelayed();
        waits.addResets();
        waits.addSignal();
        all.add("signal-point-0", drm -> {
            int handle = drm.create();
            assertThat(drm.timelineSignal(new int[] {handle}, new long[] {0}, 0))
                    .isZero();
            assertThat(drm.timelineWait(handle, 0, 0, 0)).isZero();
            assertThat(drm.wait(handle, 0, 0)).isZero();
        });
        waits.addMultis(5);
        waits.addSnapshots();
        waits.addComplex();
        waits.addInterrupted();
        all.add("host-signal-points", IgtSyncobjTimelineTest::hostSignalPoints);
        all.add("device-signal-unordered", IgtSyncobjTimelineTest::deviceSignalUnordered);
        all.add("device-submit-unordered", IgtSyncobjTimelineTest::deviceSubmitUnordered);
        all.add("host-signal-ordered", IgtSyncobjTimelineTest::hostSignalOrdered);
        all.add("32bits-limit", IgtSyncobjTimelineTest::limitOf32Bits);
        return all.total(121);
    }

    private static void addInvalid(IgtSubtests all) {
        all.add(
                "invalid-wait-bad-flags",
                drm -> assertThat(drm.timelineWait(drm.create(), 1, 0, GARBAGE)).isEqualTo(Errno.EINVAL));
        all.add(
                "wait-zero-handles",
                drm -> assertThat(drm.run(IgtDrm.wait(new int[0], new long[0], 0, 0)))
                        .isZero());
        all.add(
                "invalid-wait-illegal-handle",
                drm -> assertThat(drm.timelineWait(0, 1, 0, 0)).isEqualTo(Errno.ENOENT));
        all.add(
                "invalid-query-zero-handles",
                drm -> assertThat(drm.query(new int[0], new long[0], 0)).isEqualTo(Errno.EINVAL));
        all.add(
                "invalid-query-illegal-handle",
                drm -> assertThat(drm.query(new int[1], new long[1], 0)).isEqualTo(Errno.ENOENT));
        all.add("invalid-query-one-illegal-handle", drm -> {
            int[] handles = {drm.create(), 0, drm.create()};
            assertThat(drm.timelineSignal(new int[] {handles[0], handles[2]}, new long[] {1, 1}, 0))
                    .isZero();
            assertThat(drm.query(handles, new long[3], 0)).isEqualTo(Errno.ENOENT);
        });
        all.add(
                "invalid-query-bad-pad",
                drm -> assertThat(drm.query(new int[1], new long[1], GARBAGE)).isEqualTo(Errno.EINVAL));
        all.add(
                "invalid-signal-zero-handles",
                drm -> assertThat(drm.timelineSignal(new int[0], new long[0], 0))
                        .isEqualTo(Errno.EINVAL));
        all.add(
                "invalid-signal-illegal-handle",
                drm -> assertThat(drm.timelineSignal(new int[1], new long[] {1}, 0))
                        .isEqualTo(Errno.ENOENT));
        all.add(
                "invalid-signal-illegal-point",
                drm -> assertThat(drm.timelineSignal(new int[] {1}, new long[] {0}, 0))
                        .isEqualTo(Errno.ENOENT));
        all.add("invalid-signal-one-illegal-handle", drm -> {
            int[] handles = {drm.create(), 0, drm.create()};
            assertThat(drm.timelineSignal(handles, new long[] {1, 1, 1}, 0)).isEqualTo(Errno.ENOENT);
            assertThat(drm.timelineWait(handles[0], 1, 0, 0)).isEqualTo(Errno.EINVAL);
            assertThat(drm.timelineWait(handles[2], 1, 0, 0)).isEqualTo(Errno.EINVAL);
        });
        all.add(
                "invalid-signal-bad-pad",
                drm -> assertThat(drm.timelineSignal(new int[1], new long[1], GARBAGE))
                        .isEqualTo(Errno.EINVAL));
    }

    private static void signalArray(IgtDrm drm) {
        int[] handles = drm.createMany(4);
        assertThat(drm.timelineSignal(handles, new long[] {1, 1, 1, 0}, 0)).isZero();
        int[] timelines = {handles[0], handles[1], handles[2]};
        assertThat(drm.run(IgtDrm.wait(timelines, new long[] {1, 1, 1}, 0, 0))).isZero();
        assertThat(drm.wait(handles[3], 0, 0)).isZero();
    }

    private static void addTransfers(IgtSubtests all) {
        all.add(
                "invalid-transfer-illegal-handle",
                drm -> assertThat(drm.transfer(GARBAGE, 1, GARBAGE, 1, 0)).isEqualTo(Errno.ENOENT));
        all.add(
                "invalid-transfer-bad-pad",
                drm -> assertThat(drm.transfer(GARBAGE, 1, GARBAGE, 1, GARBAGE)).isEqualTo(Errno.EINVAL));
        all.add(
                "invalid-transfer-non-existent-point",
                drm -> { // whatever the name says, it exists
                    int handle = drm.create();
                    assertThat(drm.timelineSignal(new int[] {handle}, new long[] {63}, 0))
                            .isZero();
                    assertThat(drm.transfer(handle, 63, handle, 74, 0)).isZero();
                });
        all.add("transfer-timeline-point", drm -> {
            int handle = drm.create();
            int opened = drm.attach(handle, 1);
            assertThat(drm.query(handle)).isZero();
            assertThat(drm.timelineWait(handle, 1, 0, 2)).isEqualTo(Errno.ETIME);
            drm.increment(opened, 1);
            assertThat(drm.query(handle)).isEqualTo(1);
            assertThat(drm.timelineWait(handle, 1, 0, 2)).isZero();
            assertThat(drm.timelineSignal(new int[] {handle}, new long[] {2}, 0))
                    .isZero();
            assertThat(drm.transfer(handle, 2, handle, 3, 0)).isZero();
            assertThat(drm.query(handle)).isEqualTo(3);
        });
    }

    private static void hostSignalPoints(IgtDrm drm) {
        int handle = drm.create();
        Random random = new Random(0x1d);
        long value = 0;
        for (int i = 0; i < 100; i++) {
            value += 1 + random.nextInt(Integer.MAX_VALUE);
            assertThat(drm.timelineSignal(new int[] {handle}, new long[] {value}, 0))
                    .isZero();
            assertThat(drm.query(handle)).isEqualTo(value);
            assertThat(drm.timelineWait(handle, value, 0, 1)).isZero();
            assertThat(drm.timelineWait(handle, value - 1, 0, 2)).isZero();
        }
    }

    /** Fences that signal one after the other, at points in another order. */
    private static void deviceSignalUnordered(IgtDrm drm) {
        int handle = drm.create();
        int opened = drm.openTimeline();
        int[] signalsAs = {0, 2, 1, 4, 3};
        int[] fences = new int[signalsAs.length];
        for (int i = 0; i < fences.length; i++) {
            fences[signalsAs[i]] = drm.fence(opened, i + 1);
        }
        for (int i = 0; i < fences.length; i++) {
            drm.importFence(handle, i + 1, fences[i]);
        }
        boolean[] signaled = new boolean[fences.length];
        long last = 0;
        for (int at : signalsAs) {
            drm.increment(opened, 1);
            signaled[at] = true;
            int contiguous = 0;
            while (contiguous < signaled.length && signaled[contiguous]) {
                contiguous++;
            }
            long value = drm.query(handle);
            assertThat(value).isGreaterThanOrEqualTo(contiguous).isGreaterThanOrEqualTo(last);
            assertThat(drm.timelineWait(handle, value, 0, 1)).isZero();
            last = value;
        }
        assertThat(last).isEqualTo(fences.length);
    }

    private static void deviceSubmitUnordered(IgtDrm drm) {
        int handle = drm.create();
        int opened = drm.openTimeline();
        int value = 0;
        for (long point : new long[] {1, 5, 3, 6, 7}) {
            drm.importFence(handle, point, drm.fence(opened, ++value));
        }
        drm.increment(opened, 3);
        assertThat(drm.query(handle)).isEqualTo(5);
        assertThat(drm.timelineWait(handle, 5, 0, 1)).isZero();
    }

    private static void hostSignalOrdered(IgtDrm drm) {
        int handle = drm.create();
        int opened = drm.openTimeline();
        for (int point = 1; point <= 5; point++) {
            drm.importFence(handle, point, drm.fence(opened, point));
        }
        drm.increment(opened, 3);
        assertThat(drm.query(handle)).isEqualTo(3);
        assertThat(drm.timelineSignal(new int[] {handle}, new long[] {8}, 0)).isZero();
        assertThat(drm.query(handle)).isEqualTo(3);
        drm.increment(opened, 5);
        assertThat(drm.query(handle)).isEqualTo(8);
    }

    private static void limitOf32Bits(IgtDrm drm) {
        int handle = drm.create();
        long limit = 1L << 31;
        long[] points = {1, 5, limit + 4, limit + 5, 2 * limit - 2};
        VirtualTask query = drm.cpu.start("query", () -> {
            long last = 0;
            while (last < points[points.length - 1]) {
                long value = drm.query(handle);
                assertThat(value).isGreaterThanOrEqualTo(last);
                last = value;
                drm.parking().parkNanos(points, IgtDrm.MS);
            }
        });
        for (long point : points) {
            drm.increment(drm.attach(handle, point), 1);
            drm.cpu.advanceMs(2);
            assertThat(drm.query(handle)).isEqualTo(point);
        }
        assertThat(query.isDone()).isTrue();
    }
}
