package org.dmafence.uapi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmafence.sync.SyncObj;
import org.dmafence.sync.SyncObjPoint;
import org.dmafence.sync.SyncObjWait;
import org.dmafence.sync.SyncObjWait.Flag;
import org.jspecify.annotations.Nullable;

/** The requests of {@link SyncobjIoctl} that take several handles. */
final class SyncobjArrays {
    private SyncobjArrays() {}

    static int ioctl(SyncobjHandles table, int request, Object argument) throws InterruptedException {
        return switch (request) {
            case SyncobjIoctl.WAIT ->
                argument instanceof SyncobjIoctl.Wait data ? waitBinary(table, data) : Errno.EFAULT;
            case SyncobjIoctl.TIMELINE_WAIT ->
                argument instanceof SyncobjIoctl.TimelineWait data ? waitTimeline(table, data) : Errno.EFAULT;
            case SyncobjIoctl.RESET ->
                argument instanceof SyncobjIoctl.Array data ? each(table, data, SyncObj::reset) : Errno.EFAULT;
            case SyncobjIoctl.SIGNAL ->
                argument instanceof SyncobjIoctl.Array data ? each(table, data, SyncObj::signal) : Errno.EFAULT;
            case SyncobjIoctl.TIMELINE_SIGNAL ->
                argument instanceof SyncobjIoctl.TimelineArray data ? signalTimeline(table, data) : Errno.EFAULT;
            case SyncobjIoctl.QUERY ->
                argument instanceof SyncobjIoctl.TimelineArray data ? query(table, data) : Errno.EFAULT;
            default -> Errno.EINVAL;
        };
    }

    private static int each(SyncobjHandles table, SyncobjIoctl.Array data, Consumer<SyncObj> action) {
        if (data.pad != 0 || data.countHandles == 0) {
            return Errno.EINVAL;
        }
        try (SyncobjRefs refs = SyncobjRefs.find(table, data.handles, data.countHandles)) {
            refs.objects().forEach(action);
            return refs.errno();
        }
    }

    private static int signalTimeline(SyncobjHandles table, SyncobjIoctl.TimelineArray data) {
        if (data.flags != 0 || data.countHandles == 0) {
            return Errno.EINVAL;
        }
        try (SyncobjRefs refs = SyncobjRefs.find(table, data.handles, data.countHandles)) {
            if (refs.errno() != 0) {
                return refs.errno();
            }
            if (data.points != null && data.points.length < data.countHandles) {
                return Errno.EFAULT;
            }
            for (int i = 0; i < data.countHandles; i++) {
                refs.objects().get(i).signal(data.points == null ? 0 : data.points[i]);
            }
            return 0;
        }
    }

    private static int query(SyncobjHandles table, SyncobjIoctl.TimelineArray data) {
        if ((data.flags & ~SyncobjIoctl.QUERY_LAST_SUBMITTED) != 0 || data.countHandles == 0) {
            return Errno.EINVAL;
        }
        try (SyncobjRefs refs = SyncobjRefs.find(table, data.handles, data.countHandles)) {
            if (refs.errno() != 0) {
                return refs.errno();
            }
            if (data.points == null || data.points.length < data.countHandles) {
                return Errno.EFAULT;
            }
            for (int i = 0; i < data.countHandles; i++) {
                SyncObj object = refs.objects().get(i);
                data.points[i] = data.flags == 0 ? object.pollReachedPoint() : object.lastSubmittedPoint();
            }
            return 0;
        }
    }

    private static int waitBinary(SyncobjHandles table, SyncobjIoctl.Wait data) throws InterruptedException {
        int known = SyncobjIoctl.WAIT_ALL | SyncobjIoctl.WAIT_FOR_SUBMIT | SyncobjIoctl.WAIT_DEADLINE;
        return wait(table, data, known, null);
    }

    private static int waitTimeline(SyncobjHandles table, SyncobjIoctl.TimelineWait data) throws InterruptedException {
        int known = SyncobjIoctl.WAIT_ALL
                | SyncobjIoctl.WAIT_FOR_SUBMIT
                | SyncobjIoctl.WAIT_AVAILABLE
                | SyncobjIoctl.WAIT_DEADLINE;
        return wait(table, data, known, data.points);
    }

    private static int wait(SyncobjHandles table, SyncobjIoctl.Wait data, int known, long @Nullable [] points)
            throws InterruptedException {
        if ((data.flags & ~known) != 0) {
            return Errno.EINVAL;
        }
        if (data.countHandles == 0) {
            return 0;
        }
        try (SyncobjRefs refs = SyncobjRefs.find(table, data.handles, data.countHandles)) {
            if (refs.errno() != 0) {
                return refs.errno();
            }
            if (points != null && points.length < data.countHandles) {
                return Errno.EFAULT;
            }
            SyncObjWait wait = waitFor(refs.objects(), points, data);
            SyncObjWait.Result result = data.timeoutNs == 0 ? wait.poll() : wait.awaitUntil(data.timeoutNs);
            if (!result.reached()) {
                return Errno.ETIME;
            }
            data.firstSignaled = result.index();
            return 0;
        }
    }

    private static SyncObjWait waitFor(List<SyncObj> objects, long @Nullable [] points, SyncobjIoctl.Wait data) {
        List<SyncObjPoint> at = new ArrayList<>(objects.size());
        for (SyncObj object : objects) {
            at.add(new SyncObjPoint(object, points == null ? 0 : points[at.size()]));
        }
        SyncObjWait wait = SyncObjWait.on(at);
        if ((data.flags & SyncobjIoctl.WAIT_ALL) != 0) {
            wait = wait.with(Flag.ALL);
        }
        if ((data.flags & SyncobjIoctl.WAIT_FOR_SUBMIT) != 0) {
            wait = wait.with(Flag.FOR_SUBMIT);
        }
        if ((data.flags & SyncobjIoctl.WAIT_AVAILABLE) != 0) {
            wait = wait.with(Flag.AVAILABLE);
        }
        return (data.flags & SyncobjIoctl.WAIT_DEADLINE) != 0 ? wait.withDeadline(data.deadlineNs) : wait;
    }
}
