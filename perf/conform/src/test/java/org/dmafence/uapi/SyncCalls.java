package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.dmafence.uapi.SyncIoctl.CreateFence;
import org.dmafence.uapi.SyncIoctl.FenceInfo;
import org.dmafence.uapi.SyncIoctl.FileInfo;
import org.dmafence.uapi.SyncIoctl.Merge;

/** What IGT's libraries for sw_sync and sync_file do: system calls with their checks, in one place. */
final class SyncCalls {
    static final int ROOM = 64;

    final UserProcess process;

    SyncCalls(UserProcess process) {
        this.process = process;
    }

    int timeline() {
        int fd = process.openSwSync("sw_sync_test");
        assertThat(fd).isGreaterThanOrEqualTo(FileTable.FIRST);
        return fd;
    }

    /** A file of a point, or the error. */
    int tryFence(int timeline, int value) {
        CreateFence data = new CreateFence();
        data.value = value;
        int result = process.ioctl(timeline, SyncIoctl.SW_SYNC_CREATE_FENCE, data);
        return result < 0 ? result : data.fence;
    }

    int fence(int timeline, int value) {
        int fd = tryFence(timeline, value);
        assertThat(fd).isGreaterThanOrEqualTo(FileTable.FIRST);
        return fd;
    }

    void inc(int timeline, int count) {
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_INC, count)).isZero();
    }

    /** The merged file, or the error. */
    int tryMerge(int one, int other) {
        Merge data = new Merge();
        data.fd2 = other;
        int result = process.ioctl(one, SyncIoctl.MERGE, data);
        return result < 0 ? result : data.fence;
    }

    int merge(int one, int other) {
        int fd = tryMerge(one, other);
        assertThat(fd).isGreaterThanOrEqualTo(FileTable.FIRST);
        return fd;
    }

    /** 0 when there is something to read, {@code -ETIME} when the time has passed. */
    int await(int fd, int timeoutMs) {
        PollFd poll = new PollFd(fd, OpenFile.POLLIN);
        int ready = process.poll(poll, timeoutMs);
        if (ready < 0) {
            return ready;
        }
        return ready == 0 ? Errno.ETIME : (poll.revents & OpenFile.POLLNVAL) != 0 ? Errno.EINVAL : 0;
    }

    FileInfo info(int fd) {
        FileInfo info = new FileInfo();
        info.numFences = ROOM;
        info.fences = new FenceInfo[ROOM];
        assertThat(process.ioctl(fd, SyncIoctl.FILE_INFO, info)).isZero();
        return info;
    }

    /** How the file stands, asked without its fences. */
    int status(int fd) {
        FileInfo info = new FileInfo();
        assertThat(process.ioctl(fd, SyncIoctl.FILE_INFO, info)).isZero();
        return info.status;
    }

    /** How many of its fences have a status. */
    long count(int fd, int status) {
        FileInfo info = info(fd);
        return Arrays.stream(info.fences, 0, info.numFences)
                .filter(fence -> fence.status == status)
                .count();
    }

    void close(int... fds) {
        for (int fd : fds) {
            assertThat(process.close(fd)).isZero();
        }
    }
}
