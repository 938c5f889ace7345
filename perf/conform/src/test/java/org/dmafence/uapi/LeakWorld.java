package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.Parking;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.dmafence.sync.DmaBuf;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncObj;
import org.dmafence.sync.SyncTimeline;

/**
 * One of everything that holds fences, filled; and the fences of a driver that must be told of every last release, or
 * it can never be unloaded. Whatever is done here, when everything was let go of only the driver's own references may
 * be left.
 */
final class LeakWorld {
    final Saboteur saboteur = new Saboteur();
    final List<String> reports = new ArrayList<>();
    final FenceRuntime runtime = FenceRuntime.builder()
            .clock(() -> {
                saboteur.call("clock");
                return System.nanoTime();
            })
            .parking(new SignalingParking())
            .reporter((kind, message, cause) -> reports.add(kind + " " + message))
            .build();
    private final Map<DmaFence, FenceContext> issued = new LinkedHashMap<>();

    final DmaFence done = issue("done");
    final DmaFence failed = issue("failed");
    final DmaFence pending = issue("pending");
    final DmaFence other = issue("other");
    final DmaFence spare = issue("spare");
    final DmaFence freed = freed();

    final SyncObj timeline;
    final SyncObj binary;
    final SyncObj empty;
    final SyncObj gone;
    final SyncTimeline counter;
    final DmaFence atTwo;
    final DmaFence atFour;
    final SyncFile file;
    final SyncFile closedFile;
    final ReservationObject buffer;
    final ReservationObject full;
    final UserProcess process;
    final int drm;
    final int fileFd;
    final int bufferFd;
    final int counterFd;
    final int timelineHandle;
    final int emptyHandle;

    LeakWorld(ErrorPolicy policy) {
        timeline = SyncObj.create(runtime, policy);
        binary = SyncObj.create(runtime, policy);
        empty = SyncObj.create(runtime, policy);
        gone = SyncObj.create(runtime, policy);
        counter = SyncTimeline.create(runtime, "counter");
        atTwo = counter.point(2);
        atFour = counter.point(4);
        issued.put(atTwo, FenceContext.builder(runtime).build());
        issued.put(atFour, FenceContext.builder(runtime).build());
        timeline.addPoint(failed, 1);
        timeline.addPoint(done, 2);
        timeline.addPoint(pending, 3);
        timeline.addPoint(other, 4);
        binary.replaceFence(pending);
        gone.release();
        file = SyncFile.create(pending, policy);
        closedFile = SyncFile.create(pending, policy);
        closedFile.close();
        buffer = ReservationObject.create(runtime, policy);
        fill(buffer, failed, done, pending);
        full = ReservationObject.create(runtime, policy);
        fill(full, pending, other, atTwo, atFour);
        process = UserProcess.create(runtime, policy);
        DrmFile device = new DrmFile(runtime, policy, EnumSet.allOf(DrmFile.Feature.class));
        drm = process.files().install(device);
        fileFd = process.files().install(new SyncOpenFile(SyncFile.create(pending, policy)));
        bufferFd = process.openDmaBuf(DmaBuf.over(buffer));
        counterFd = process.files().install(new SwSyncOpenFile(counter, policy));
        timelineHandle = importHandle(timeline);
        emptyHandle = importHandle(empty);
    }

    private int importHandle(SyncObj object) {
        SyncobjIoctl.Handle data = new SyncobjIoctl.Handle();
        data.fd = process.files().install(new SyncobjOpenFile(object.retain()));
        assertThat(process.ioctl(drm, SyncobjIoctl.FD_TO_HANDLE, data)).isZero();
        process.close(data.fd);
        return data.handle;
    }

    private static void fill(ReservationObject object, DmaFence... fences) {
        object.mutex().lock();
        object.reserve(fences.length);
        for (DmaFence fence : fences) {
            object.add(fence, ResvUsage.WRITE);
        }
        object.mutex().unlock();
    }

    DmaFence issue(String name) {
        FenceContext context = FenceContext.builder(runtime).build();
        DmaFence fence = context.newFence(new Driver(name), 1);
        issued.put(fence, context);
        return fence;
    }

    private DmaFence freed() {
        DmaFence fence = FenceContext.builder(runtime).build().newFence(new Driver("freed"), 1);
        fence.release();
        return fence;
    }

    /** Lets go of everything and says what is still held. */
    List<String> close() {
        for (ReservationObject object : List.of(buffer, full)) {
            if (object.mutex().isLocked()) {
                object.mutex().unlock();
            }
            object.close();
        }
        process.files().closeAll();
        file.close();
        timeline.release();
        binary.release();
        empty.release();
        counter.close();
        issued.forEach((fence, context) -> signalIfOurs(fence));
        List<String> held = new ArrayList<>();
        issued.keySet().forEach(fence -> {
            if (fence.references() != 1) {
                held.add(fence.references() - 1 + " of " + fence);
            }
        });
        int lowest = process.files().reserve();
        if (lowest != FileTable.FIRST) {
            held.add("descriptor " + FileTable.FIRST);
        }
        return held;
    }

    private FenceContext contextOf(DmaFence fence) {
        return Objects.requireNonNull(issued.get(fence), "a fence of this world");
    }

    private void signalIfOurs(DmaFence fence) {
        FenceContext context = contextOf(fence);
        if (context.owns(fence)) {
            context.signal(fence);
        }
    }

    final class Driver extends FenceOps {
        private final String name;

        Driver(String name) {
            super(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.RELEASE, Op.SET_DEADLINE);
            this.name = name;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "leaky";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            saboteur.call("name");
            return name;
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            return true;
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            saboteur.call("poll");
            if (saboteur.isArmed() && name.equals("failed")) {
                contextOf(fence).setFirstError(fence, FenceError.EIO);
                return true;
            }
            return saboteur.isArmed() && name.equals("done");
        }

        @Override
        protected void setDeadline(DmaFence fence, long deadlineNs) {
            saboteur.call("deadline");
        }

        @Override
        protected void release(DmaFence fence) {}
    }

    /** Who sleeps finds everything signalled when it wakes up. */
    private final class SignalingParking implements Parking {
        @Override
        public void park(Object blocker) {
            saboteur.call("park");
            issued.keySet().forEach(LeakWorld.this::signalIfOurs);
            empty.signal(9);
            counter.increment(9);
        }

        @Override
        public void parkNanos(Object blocker, long timeoutNs) {
            park(blocker);
        }

        @Override
        public void unpark(Thread thread) {}
    }
}
