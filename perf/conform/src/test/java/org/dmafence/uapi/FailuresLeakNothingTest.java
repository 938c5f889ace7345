package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceMerge;
import org.dmafence.fence.container.FenceUnwrap;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.dmafence.sync.DmaBuf;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncObj;
import org.dmafence.sync.SyncObjEvent;
import org.dmafence.sync.SyncObjPoint;
import org.dmafence.sync.SyncObjWait;
import org.dmafence.sync.SyncObjWait.Flag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * References are counted over every call that may throw, for each of the foreign calls in it that may fail: a driver
 * whose fence keeps one is refused {@code -EBUSY} for ever.
 */
@SuppressWarnings("NullAway") // some arguments are missing on purpose
class FailuresLeakNothingTest {
    private static final int MOST_STEPS = 500;

    interface Act {
        void run(LeakWorld world) throws Exception;
    }

    private static final Map<String, Act> ACTS = new LinkedHashMap<>();

    private static void act(String name, Act act) {
        assertThat(ACTS.put(name, act)).isNull();
    }

    private static void drop(DmaFence fence) {
        if (fence != null) {
            fence.release();
        }
    }

    private static SyncObjPoint at(SyncObj object, long point) {
        return new SyncObjPoint(object, point);
    }

    private static void locked(ReservationObject object, Act act, LeakWorld world) throws Exception {
        object.mutex().lock();
        try {
            act.run(world);
        } finally {
            object.mutex().unlock();
        }
    }

    private static void cancel(CompletableFuture<FenceStatus> future) {
        future.cancel(false);
    }

    static {
        act("SyncObj.replaceFence", w -> w.timeline.replaceFence(w.spare));
        act("SyncObj.replaceFence of a freed fence", w -> w.timeline.replaceFence(w.freed));
        act("SyncObj.replaceFence of null", w -> w.timeline.replaceFence(null));
        act("SyncObj.replaceFence in a freed object", w -> w.gone.replaceFence(w.spare));
        act("SyncObj.signal", w -> w.timeline.signal());
        act("SyncObj.signal of a point", w -> w.timeline.signal(7));
        act("SyncObj.signal of a freed object", w -> w.gone.signal(7));
        act("SyncObj.addPoint", w -> w.timeline.addPoint(w.spare, 9));
        act("SyncObj.addPoint of a freed fence", w -> w.timeline.addPoint(w.freed, 9));
        act("SyncObj.addPoint of null", w -> w.timeline.addPoint(null, 9));
        act("SyncObj.addPoint in a freed object", w -> w.gone.addPoint(w.spare, 9));
        act("SyncObj.addPoint of a chain", w -> {
            DmaFence chain = w.timeline.fenceAt(4);
            try {
                w.binary.addPoint(chain, 9);
            } finally {
                drop(chain);
            }
        });
        act("SyncObj.addPoint with a waiter", w -> {
            CompletableFuture<FenceStatus> reached = w.empty.whenSignaled(1);
            CompletableFuture<FenceStatus> available = w.empty.whenAvailable(3);
            w.empty.addPoint(w.failed, 1);
            w.empty.addPoint(w.spare, 3);
            cancel(reached);
            cancel(available);
        });
        act("SyncObj.fenceAt", w -> {
            for (int point = 0; point < 6; point++) {
                drop(w.timeline.fenceAt(point));
            }
        });
        act("SyncObj.pollReachedPoint", w -> w.timeline.pollReachedPoint());
        act("SyncObj.lastSubmittedPoint", w -> w.timeline.lastSubmittedPoint());
        act("SyncObj.transferFrom", w -> w.binary.transferFrom(w.timeline, 3, 9));
        act("SyncObj.transferFrom to 0", w -> w.binary.transferFrom(w.timeline, 3, 0));
        act("SyncObj.transferFrom to a freed object", w -> w.gone.transferFrom(w.timeline, 3, 9));
        act("SyncObj.transferFrom to 0 of a freed object", w -> w.gone.transferFrom(w.timeline, 3, 0));
        act("SyncObj.transferFrom nothing", w -> w.binary.transferFrom(w.empty, 3, 0));
        act("SyncObj.awaitFenceAt", w -> drop(w.empty.awaitFenceAt(9)));
        act("SyncObj.awaitTransferFrom", w -> w.binary.awaitTransferFrom(w.empty, 9, 9));
        act("SyncObj.whenSignaled", w -> cancel(w.timeline.whenSignaled(3)));
        act("SyncObj.whenAvailable", w -> cancel(w.timeline.whenAvailable(3)));
        act("SyncObj.whenSignaled of a freed object", w -> cancel(w.gone.whenSignaled(3)));
        act("SyncObjEvent with listeners that throw", w -> {
            SyncObjEvent.Listener throwing = status -> {
                throw new IllegalStateException("listener");
            };
            SyncObjEvent first = SyncObjEvent.whenSignaled(at(w.empty, 1), throwing);
            SyncObjEvent second = SyncObjEvent.whenAvailable(at(w.empty, 1), throwing);
            SyncObjEvent third = SyncObjEvent.whenSignaled(at(w.timeline, 3), throwing);
            w.empty.addPoint(w.pending, 1);
            first.cancel();
            second.cancel();
            third.cancel();
        });
        act(
                "SyncObjWait.poll",
                w -> SyncObjWait.on(at(w.timeline, 3), at(w.binary, 0))
                        .with(Flag.ALL)
                        .poll());
        act(
                "SyncObjWait.poll of nothing",
                w -> SyncObjWait.on(at(w.timeline, 3), at(w.empty, 1)).poll());
        act(
                "SyncObjWait.poll of a freed object",
                w -> SyncObjWait.on(at(w.timeline, 3), at(w.gone, 1)).poll());
        act(
                "SyncObjWait.await",
                w -> SyncObjWait.on(at(w.timeline, 3), at(w.binary, 0), at(w.empty, 9))
                        .with(Flag.ALL, Flag.FOR_SUBMIT)
                        .withDeadline(5)
                        .await());
        act("SyncObjWait.awaitUntil", w -> SyncObjWait.on(at(w.timeline, 4)).awaitUntil(Long.MAX_VALUE - 1));

        act("SyncFile.create", w -> SyncFile.create(w.spare).close());
        act("SyncFile.create of a freed fence", w -> SyncFile.create(w.freed).close());
        act("SyncFile.create of null", w -> SyncFile.create(null).close());
        act(
                "SyncFile.create without a policy",
                w -> SyncFile.create(w.spare, null).close());
        act("SyncFile.merge", w -> {
            try (SyncFile other = SyncFile.create(w.other)) {
                w.file.merge("both", other).close();
            }
        });
        act("SyncFile.merge without a name", w -> w.file.merge(null, w.file).close());
        act("SyncFile.merge with null", w -> w.file.merge("", null).close());
        act(
                "SyncFile.merge with a closed one",
                w -> w.file.merge("", w.closedFile).close());
        act(
                "SyncFile.merge of a closed one",
                w -> w.closedFile.merge("", w.file).close());
        act("SyncFile of a chain", w -> {
            DmaFence chain = w.timeline.fence();
            try (SyncFile of = SyncFile.create(chain)) {
                of.pollInfo();
                of.pollFenceCount();
                of.merge("x", w.file).close();
            } finally {
                drop(chain);
            }
        });
        act("SyncFile.pollInfo", w -> w.file.pollInfo());
        act("SyncFile.name", w -> w.file.name());
        act("SyncFile.pollStatus", w -> w.file.pollStatus());
        act("SyncFile.poll", w -> w.file.poll());
        act("SyncFile.setDeadline", w -> w.file.setDeadline(5));
        act("SyncFile.signaled", w -> cancel(w.file.signaled()));
        act("SyncFile.signaled of a closed one", w -> cancel(w.closedFile.signaled()));
        act(
                "SyncFile.listen",
                w -> w.file.listen(status -> {
                            throw new IllegalStateException("listener");
                        })
                        .close());
        act("SyncFile.close with listeners", w -> {
            CompletableFuture<FenceStatus> future = w.file.signaled();
            CompletableFuture<Void> unused = future.thenRun(() -> {
                throw new IllegalStateException("stage");
            });
            w.file.close();
        });

        act("SyncTimeline.point", w -> drop(w.counter.point(7)));
        act("SyncTimeline.increment", w -> w.counter.increment(3));
        act("SyncTimeline.increment of too much", w -> w.counter.increment(-1));
        act("SyncTimeline.close", w -> w.counter.close());
        act("SyncTimeline.pollInfo", w -> org.dmafence.sync.SyncTimeline.pollInfo(List.of(w.counter)));

        act(
                "DmaBuf.exportSyncFile",
                w -> DmaBuf.over(w.buffer).exportSyncFile(DmaBuf.Access.WRITE).close());
        act("DmaBuf.importSyncFile", w -> {
            DmaFence chain = w.timeline.fence();
            try (SyncFile of = SyncFile.create(chain)) {
                DmaBuf.over(w.buffer).importSyncFile(of, DmaBuf.Access.WRITE);
            } finally {
                drop(chain);
            }
        });
        act(
                "DmaBuf.importSyncFile of a closed one",
                w -> DmaBuf.over(w.buffer).importSyncFile(w.closedFile, DmaBuf.Access.WRITE));
        act("DmaBuf.poll", w -> DmaBuf.over(w.buffer).poll(DmaBuf.Access.WRITE));
        act("DmaBuf.next", w -> cancel(DmaBuf.over(w.buffer).next(DmaBuf.Access.WRITE)));
        act("DmaBuf.ready", w -> cancel(DmaBuf.over(w.buffer).ready(DmaBuf.Access.WRITE)));

        act("ReservationObject.reserve", w -> locked(w.full, x -> w.full.reserve(9), w));
        act("ReservationObject.reserve too many", w -> locked(w.full, x -> w.full.reserve(Integer.MAX_VALUE), w));
        act("ReservationObject.reserve unlocked", w -> w.full.reserve(1));
        act(
                "ReservationObject.add",
                w -> locked(
                        w.buffer,
                        x -> {
                            w.buffer.reserve(1);
                            w.buffer.add(w.spare, ResvUsage.READ);
                        },
                        w));
        act("ReservationObject.add without a slot", w -> locked(w.full, x -> w.full.add(w.spare, ResvUsage.READ), w));
        act("ReservationObject.add of null", w -> locked(w.buffer, x -> w.buffer.add(null, ResvUsage.READ), w));
        act(
                "ReservationObject.add of a freed one",
                w -> locked(w.buffer, x -> w.buffer.add(w.freed, ResvUsage.READ), w));
        act("ReservationObject.add unlocked", w -> w.buffer.add(w.spare, ResvUsage.READ));
        act(
                "ReservationObject.add of many",
                w -> locked(
                        w.buffer,
                        x -> {
                            org.dmafence.fence.FenceContext context = org.dmafence.fence.FenceContext.builder(w.runtime)
                                    .build();
                            for (int i = 1; i < 40; i++) {
                                DmaFence fence = context.newFence(w.new Driver("many"), i);
                                try {
                                    w.buffer.reserve(1);
                                    w.buffer.add(fence, ResvUsage.READ);
                                } finally {
                                    fence.release();
                                }
                            }
                        },
                        w));
        act(
                "ReservationObject.replace",
                w -> locked(w.full, x -> w.full.replace(w.other.context(), w.spare, ResvUsage.READ), w));
        act(
                "ReservationObject.replace by a freed one",
                w -> locked(w.full, x -> w.full.replace(w.other.context(), w.freed, ResvUsage.READ), w));
        act("ReservationObject.copyFrom", w -> locked(w.full, x -> w.full.copyFrom(w.buffer), w));
        act("ReservationObject.copyFrom full", w -> locked(w.buffer, x -> w.buffer.copyFrom(w.full), w));
        act("ReservationObject.copyFrom null", w -> locked(w.buffer, x -> w.buffer.copyFrom(null), w));
        act("ReservationObject.clearErrors", w -> locked(w.buffer, x -> w.buffer.clearErrors(), w));
        act(
                "ReservationObject.pollFences",
                w -> w.buffer.pollFences(ResvUsage.READ).forEach(DmaFence::release));
        act("ReservationObject.pollSingleton", w -> drop(w.buffer.pollSingleton(ResvUsage.READ)));
        act("ReservationObject.pollSingleton full", w -> drop(w.full.pollSingleton(ResvUsage.READ)));
        act("ReservationObject.pollError", w -> w.buffer.pollError(ResvUsage.READ));
        act("ReservationObject.pollSignaled", w -> w.buffer.pollSignaled(ResvUsage.READ));
        act("ReservationObject.setDeadline", w -> w.buffer.setDeadline(ResvUsage.READ, 5));
        act("ReservationObject.await", w -> w.full.await(ResvUsage.READ, 5, TimeUnit.SECONDS));
        act("ReservationObject.await for ever", w -> w.full.await(ResvUsage.READ, Long.MAX_VALUE, TimeUnit.DAYS));
        act("ReservationObject.waitTimeout", w -> w.full.waitTimeout(ResvUsage.READ, true, 5_000_000_000L));
        act("ReservationObject.pollDescription", w -> w.full.pollDescription());

        act("FenceMerge.merge", w -> drop(FenceMerge.merge(w.pending, w.failed, w.done, w.other)));
        act("FenceMerge.merge of a freed one", w -> drop(FenceMerge.merge(w.pending, w.freed)));
        act("FenceUnwrap", w -> {
            DmaFence chain = w.timeline.fence();
            try (FenceUnwrap unwrap = FenceUnwrap.of(chain)) {
                while (unwrap.next() != null) {
                    assertThat(unwrap.containerError()).isNull();
                }
            } finally {
                drop(chain);
            }
        });

        act("EXPORT_SYNC_FILE of a handle", w -> w.process.ioctl(w.drm, SyncobjIoctl.HANDLE_TO_FD, handle(w, 1, 0, 0)));
        act("EXPORT_SYNC_FILE of a point", w -> w.process.ioctl(w.drm, SyncobjIoctl.HANDLE_TO_FD, handle(w, 3, 3, 0)));
        act("IMPORT_SYNC_FILE", w -> w.process.ioctl(w.drm, SyncobjIoctl.FD_TO_HANDLE, handle(w, 1, 0, w.fileFd)));
        act(
                "IMPORT_SYNC_FILE at a point",
                w -> w.process.ioctl(w.drm, SyncobjIoctl.FD_TO_HANDLE, handle(w, 3, 9, w.fileFd)));
        act("IMPORT_SYNC_FILE of a closed one", w -> {
            int fd = w.process.files().install(new SyncOpenFile(w.closedFile));
            w.process.ioctl(w.drm, SyncobjIoctl.FD_TO_HANDLE, handle(w, 3, 9, fd));
        });
        act("MERGE", w -> {
            SyncIoctl.Merge data = new SyncIoctl.Merge();
            data.fd2 = w.fileFd;
            w.process.ioctl(w.fileFd, SyncIoctl.MERGE, data);
        });
        act("MERGE with a closed one", w -> {
            SyncIoctl.Merge data = new SyncIoctl.Merge();
            data.fd2 = w.process.files().install(new SyncOpenFile(w.closedFile));
            w.process.ioctl(w.fileFd, SyncIoctl.MERGE, data);
        });
        act("MERGE without a name", w -> {
            SyncIoctl.Merge data = new SyncIoctl.Merge();
            data.fd2 = w.fileFd;
            data.name = null;
            assertThat(w.process.ioctl(w.fileFd, SyncIoctl.MERGE, data)).isEqualTo(Errno.EFAULT);
        });
        act("FILE_INFO", w -> {
            SyncIoctl.FileInfo data = new SyncIoctl.FileInfo();
            data.numFences = 9;
            data.fences = new SyncIoctl.FenceInfo[9];
            w.process.ioctl(w.fileFd, SyncIoctl.FILE_INFO, data);
        });
        act("DMA_BUF export", w -> w.process.ioctl(w.bufferFd, DmaBufIoctl.EXPORT_SYNC_FILE, bufferRequest(3, 0)));
        act(
                "DMA_BUF import",
                w -> w.process.ioctl(w.bufferFd, DmaBufIoctl.IMPORT_SYNC_FILE, bufferRequest(3, w.fileFd)));
        act("SW_SYNC_CREATE_FENCE", w -> {
            SyncIoctl.CreateFence data = new SyncIoctl.CreateFence();
            data.value = 11;
            w.process.ioctl(w.counterFd, SyncIoctl.SW_SYNC_CREATE_FENCE, data);
        });
        act("SW_SYNC_CREATE_FENCE of a closed one", w -> {
            w.counter.close();
            w.process.ioctl(w.counterFd, SyncIoctl.SW_SYNC_CREATE_FENCE, new SyncIoctl.CreateFence());
        });
        act("TRANSFER", w -> {
            SyncobjIoctl.Transfer data = new SyncobjIoctl.Transfer();
            data.srcHandle = w.timelineHandle;
            data.srcPoint = 3;
            data.dstHandle = w.emptyHandle;
            data.dstPoint = 2;
            w.process.ioctl(w.drm, SyncobjIoctl.TRANSFER, data);
        });
        act("TIMELINE_WAIT", w -> {
            SyncobjIoctl.TimelineWait data = new SyncobjIoctl.TimelineWait();
            data.handles = new int[] {w.timelineHandle, w.emptyHandle};
            data.points = new long[] {4, 9};
            data.countHandles = 2;
            data.flags = SyncobjIoctl.WAIT_ALL | SyncobjIoctl.WAIT_FOR_SUBMIT | SyncobjIoctl.WAIT_DEADLINE;
            data.timeoutNs = Long.MAX_VALUE;
            w.process.ioctl(w.drm, SyncobjIoctl.TIMELINE_WAIT, data);
        });
        act("QUERY", w -> {
            SyncobjIoctl.TimelineArray data = new SyncobjIoctl.TimelineArray();
            data.handles = new int[] {w.timelineHandle, w.emptyHandle};
            data.points = new long[2];
            data.countHandles = 2;
            w.process.ioctl(w.drm, SyncobjIoctl.QUERY, data);
        });
        act("poll()", w -> {
            List<PollFd> fds = new ArrayList<>();
            fds.add(new PollFd(w.fileFd, OpenFile.POLLIN));
            fds.add(new PollFd(w.bufferFd, OpenFile.POLLIN | OpenFile.POLLOUT));
            w.process.poll(fds, 1000);
        });
        act("poll() of null", w -> {
            List<PollFd> fds = new ArrayList<>();
            fds.add(new PollFd(w.fileFd, OpenFile.POLLIN));
            fds.add(null);
            w.process.poll(fds, 1000);
        });
    }

    /** @param flags 1: a sync file instead of the object; 2: of a point */
    private static SyncobjIoctl.Handle handle(LeakWorld world, int flags, long point, int fd) {
        SyncobjIoctl.Handle data = new SyncobjIoctl.Handle();
        data.handle = world.timelineHandle;
        data.flags = flags;
        data.point = point;
        data.fd = fd;
        return data;
    }

    private static DmaBufIoctl.SyncFileRequest bufferRequest(int flags, int fd) {
        DmaBufIoctl.SyncFileRequest data = new DmaBufIoctl.SyncFileRequest();
        data.flags = flags;
        data.fd = fd;
        return data;
    }

    static Stream<Arguments> acts() {
        return ACTS.keySet().stream()
                .flatMap(name -> Stream.of(ErrorPolicy.values()).map(policy -> Arguments.of(name, policy)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("acts")
    void shouldLeakNothingWhicheverForeignCallFails(String name, ErrorPolicy policy) {
        List<String> leaks = new ArrayList<>();
        boolean struck = true;
        for (int step = 0; struck && step < MOST_STEPS; step++) {
            LeakWorld world = new LeakWorld(policy);
            Throwable thrown = null;
            world.saboteur.arm(step);
            try {
                ACTS.get(name).run(world);
            } catch (Throwable e) {
                thrown = e;
            } finally {
                struck = world.saboteur.disarm();
            }
            for (String leak : world.close()) {
                leaks.add(step + ": " + leak + (thrown == null ? "" : ", after " + where(thrown)));
            }
        }
        assertThat(struck).as("the end of " + name + " was reached").isFalse();
        assertThat(leaks).as(name).isEmpty();
    }

    private static String where(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.toString());
        int lines = 0;
        for (StackTraceElement element : thrown.getStackTrace()) {
            if (element.getClassName().startsWith("org.dmafence") && lines++ < 12) {
                text.append("\n    ").append(element);
            }
        }
        return text.toString();
    }
}
