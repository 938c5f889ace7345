package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.uapi.SyncIoctl.FenceInfo;
import org.dmafence.uapi.SyncIoctl.FileInfo;
import org.dmafence.uapi.SyncIoctl.GetDeadline;
import org.dmafence.uapi.SyncIoctl.Merge;
import org.dmafence.uapi.SyncIoctl.SetDeadline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The checks of the ioctls, their order, and what is left behind when they fail. */
class SyncIoctlTest {
    private final VirtualCpu cpu = VirtualCpu.create();
    private final UserProcess process = UserProcess.create(cpu.runtime(), ErrorPolicy.KERNEL);
    private final SyncCalls calls = new SyncCalls(process);
    private final int timeline = calls.timeline();

    @AfterEach
    void stop() {
        cpu.close();
    }

    @Test
    void shouldAnswerEnottyWhenTheRequestIsUnknown() {
        int fence = calls.fence(timeline, 1);

        assertThat(process.ioctl(timeline, 0x5703, null)).isEqualTo(Errno.ENOTTY);
        assertThat(process.ioctl(timeline, SyncIoctl.MERGE, new Merge())).isEqualTo(Errno.ENOTTY);
        assertThat(process.ioctl(fence, SyncIoctl.SW_SYNC_INC, 1)).isEqualTo(Errno.ENOTTY);
        assertThat(process.ioctl(process.files().install(new OtherFile()), SyncIoctl.MERGE, null))
                .isEqualTo(Errno.ENOTTY);
        assertThat(process.ioctl(999, SyncIoctl.MERGE, new Merge())).isEqualTo(Errno.EBADF);
    }

    @Test
    void shouldAnswerEfaultWhenTheStructureIsMissing() {
        int fence = calls.fence(timeline, 1);
        int open = process.files().size();

        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_CREATE_FENCE, null))
                .isEqualTo(Errno.EFAULT);
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_INC, null)).isEqualTo(Errno.EFAULT);
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_GET_DEADLINE, "wrong"))
                .isEqualTo(Errno.EFAULT);
        assertThat(process.ioctl(fence, SyncIoctl.MERGE, null)).isEqualTo(Errno.EFAULT);
        assertThat(process.ioctl(fence, SyncIoctl.FILE_INFO, null)).isEqualTo(Errno.EFAULT);
        assertThat(process.ioctl(fence, SyncIoctl.SET_DEADLINE, null)).isEqualTo(Errno.EFAULT);
        assertThat(process.files().size())
                .as("reserved numbers were given back")
                .isEqualTo(open);
        assertThat(calls.fence(timeline, 1)).isEqualTo(fence + 1);
    }

    @Test
    void shouldCheckTheFlagsOfAMergeBeforeTheOtherFile() {
        int fence = calls.fence(timeline, 1);
        Merge data = new Merge();
        data.fd2 = 999;
        assertThat(process.ioctl(fence, SyncIoctl.MERGE, data)).isEqualTo(Errno.ENOENT);
        data.fd2 = timeline;
        assertThat(process.ioctl(fence, SyncIoctl.MERGE, data)).isEqualTo(Errno.ENOENT);
        data.flags = 1;
        assertThat(process.ioctl(fence, SyncIoctl.MERGE, data)).isEqualTo(Errno.EINVAL);
        data.flags = 0;
        data.pad = 1;
        assertThat(process.ioctl(fence, SyncIoctl.MERGE, data)).isEqualTo(Errno.EINVAL);
    }

    @Test
    void shouldCutTheNameOfAMergeAtItsEndOrAt31() {
        int fence = calls.fence(timeline, 1);
        assertThat(nameOfMerge(fence, "a".repeat(40))).isEqualTo("a".repeat(31));
        assertThat(nameOfMerge(fence, "short\0tail")).isEqualTo("short");
        assertThat(nameOfMerge(fence, "\0tail")).startsWith("sw_sync-sw_sync_test");
    }

    private String nameOfMerge(int fence, String name) {
        Merge data = new Merge();
        data.name = name;
        data.fd2 = fence;
        assertThat(process.ioctl(fence, SyncIoctl.MERGE, data)).isZero();
        return calls.info(data.fence).name;
    }

    @Test
    void shouldRefuseTheMergeWhenThereIsNoNumberLeft() {
        int fence = calls.fence(timeline, 1);
        for (int fd = 0; fd >= 0; ) {
            fd = process.files().dup(timeline);
        }

        Merge data = new Merge();
        data.flags = 1;
        assertThat(process.ioctl(fence, SyncIoctl.MERGE, data))
                .as("before the flags are looked at")
                .isEqualTo(Errno.EMFILE);
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_CREATE_FENCE, null))
                .isEqualTo(Errno.EMFILE);
        assertThat(process.openSwSync("one more")).isEqualTo(Errno.EMFILE);
    }

    @Test
    void shouldTellHowManyFencesThereAreWhenAskedWithoutRoom() {
        int merged = calls.merge(calls.fence(timeline, 1), calls.fence(calls.timeline(), 1));
        FileInfo info = new FileInfo();
        assertThat(process.ioctl(merged, SyncIoctl.FILE_INFO, info)).isZero();
        assertThat(info.numFences).isEqualTo(2);
        info.numFences = 1;
        assertThat(process.ioctl(merged, SyncIoctl.FILE_INFO, info)).isEqualTo(Errno.EINVAL);
        info.numFences = -1; // unsigned there
        info.fences = new FenceInfo[1];
        assertThat(process.ioctl(merged, SyncIoctl.FILE_INFO, info)).isEqualTo(Errno.EFAULT);
        info.flags = 1;
        assertThat(process.ioctl(merged, SyncIoctl.FILE_INFO, info)).isEqualTo(Errno.EINVAL);
        info.flags = 0;
        info.pad = 1;
        assertThat(process.ioctl(merged, SyncIoctl.FILE_INFO, info)).isEqualTo(Errno.EINVAL);
    }

    @Test
    void shouldHideTheErrorBehindWhatIsActiveAsTheKernelDoes() {
        assertThat(statusOfMixed(calls)).isZero();
    }

    @Test
    void shouldShowTheErrorWhenErrorsAreKept() {
        SyncCalls keeping = new SyncCalls(UserProcess.create(cpu.runtime(), ErrorPolicy.KEEP_FIRST));
        assertThat(statusOfMixed(keeping)).isEqualTo(Errno.ENOENT);
    }

    /** Of a file whose first fence is active and whose second has failed. */
    private static int statusOfMixed(SyncCalls calls) {
        int active = calls.timeline();
        int failing = calls.timeline(); // the younger context comes second
        int merged = calls.merge(calls.fence(active, 1), calls.fence(failing, 1));
        calls.close(failing);
        int asked = calls.info(merged).status;
        assertThat(calls.status(merged)).isEqualTo(asked);
        return asked;
    }

    @Test
    void shouldTellTheDeadlineOnlyOfPoints() {
        int fence = calls.fence(timeline, 1);
        int merged = calls.merge(fence, calls.fence(calls.timeline(), 1));
        GetDeadline ask = new GetDeadline();
        ask.fenceFd = fence;
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_GET_DEADLINE, ask)).isEqualTo(Errno.ENOENT);
        ask.fenceFd = merged;
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_GET_DEADLINE, ask)).isEqualTo(Errno.EINVAL);
        ask.fenceFd = timeline;
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_GET_DEADLINE, ask)).isEqualTo(Errno.EINVAL);

        SetDeadline set = new SetDeadline();
        set.deadlineNs = 700;
        assertThat(process.ioctl(merged, SyncIoctl.SET_DEADLINE, set)).isZero();
        set.deadlineNs = 900;
        assertThat(process.ioctl(fence, SyncIoctl.SET_DEADLINE, set)).isZero();
        set.pad = 1;
        assertThat(process.ioctl(fence, SyncIoctl.SET_DEADLINE, set)).isEqualTo(Errno.EINVAL);

        ask.fenceFd = fence;
        assertThat(process.ioctl(calls.timeline(), SyncIoctl.SW_SYNC_GET_DEADLINE, ask))
                .as("whichever timeline is asked")
                .isZero();
        assertThat(ask.deadlineNs).isEqualTo(700);
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_GET_DEADLINE, ask))
                .as("a number left over from before")
                .isEqualTo(Errno.EINVAL);
        ask.deadlineNs = 0;
        ask.pad = 1;
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_GET_DEADLINE, ask)).isEqualTo(Errno.EINVAL);
    }

    @Test
    void shouldCutTheTasksNameAt15() {
        int named = process.openSwSync("a-task-with-a-long-name");
        FenceInfo[] fences = Objects.requireNonNull(calls.info(calls.fence(named, 1)).fences);
        assertThat(fences[0].objName).isEqualTo("a-task-with-a-l");
    }

    @Test
    void shouldCountTheIncrementWithoutASign() {
        int fence = calls.fence(timeline, Integer.MAX_VALUE);
        calls.inc(timeline, -1);
        assertThat(calls.status(fence)).isEqualTo(1);
    }
}
