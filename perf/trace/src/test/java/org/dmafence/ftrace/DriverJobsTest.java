package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.ftrace.TraceSummary.Dialect;
import org.junit.jupiter.api.Test;

/** Jobs of captures without scheduler events, told of by their drivers. */
class DriverJobsTest {
    private static String amdgpu(String event, long context, long seqno) {
        return "amdgpu_" + event + ": sched_job=" + (100 + seqno) + ", timeline=gfx, context=" + context + ", seqno="
                + seqno + ", ring_name=ffff91cb1ab1bdd0, num_ibs=1";
    }

    private static String signaled(String driver, long context, long seqno) {
        return "dma_fence_signaled: driver=" + driver + " timeline=gfx context=" + context + " seqno=" + seqno;
    }

    @Test
    void shouldEndAJobWithItsFinishedFenceAndNoOther() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        amdgpu("cs_ioctl", 105, 9),
                        amdgpu("sched_run_job", 105, 9),
                        signaled("amd_sched", 104, 9),
                        signaled("amdgpu", 0, 9),
                        signaled("amd_sched", 73, 9),
                        signaled("amd_sched", 105, 9))
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1");
        assertThat(replay.steps(ReplayStep.JobDone.class).get(0).timeNs()).isEqualTo(TestTrace.at(5));
        assertThat(replay.job(0).ring()).isEqualTo(new RingId("", "gfx"));
        assertThat(replay.job(0).id()).isEqualTo(109);
        assertThat(replay.summary().dialects()).containsExactly(Dialect.DRIVER);
        assertThat(replay.summary().warnings()).isEmpty();
    }

    @Test
    void shouldJoinContextsOfTwoWidths() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        "amdgpu_cs_ioctl: timeline=gfx, fence=4294967401:4294967305, ring_name=gfx, num_ibs=1",
                        "amdgpu_sched_run_job: timeline=gfx, fence=4294967401:4294967305, ring_name=gfx, num_ibs=1",
                        signaled("drm_sched", 105, 9))
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1");
    }

    @Test
    void shouldTakeARunWithoutSubmissionAsSubmittedThen() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(amdgpu("sched_run_job", 105, 9), signaled("amd_sched", 105, 9))
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1");
        assertThat(replay.summary().warnings(TraceWarning.RUN_OF_UNKNOWN_JOB)).isEqualTo(1);
    }

    @Test
    void shouldLeaveOpenWhatTheCaptureDoesNotEnd() throws TraceFormatException {
        TraceSummary summary = TestTrace.of(
                        amdgpu("cs_ioctl", 105, 1),
                        amdgpu("cs_ioctl", 105, 2),
                        amdgpu("cs_ioctl", 105, 3),
                        amdgpu("sched_run_job", 105, 1),
                        amdgpu("sched_run_job", 105, 2),
                        signaled("amd_sched", 105, 1))
                .replay()
                .summary();

        assertThat(summary.jobs()).isEqualTo(new TraceSummary.Jobs(3, 2, 1, 0));
    }

    @Test
    void shouldRunAJobWithItsScheduledFenceWhenItsOwnEventIsLost() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        amdgpu("cs_ioctl", 105, 9), signaled("amd_sched", 104, 9), signaled("amd_sched", 105, 9))
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1");
        assertThat(replay.steps(ReplayStep.JobRan.class).get(0).timeNs()).isEqualTo(TestTrace.at(1));
    }

    @Test
    void shouldEndAKilledJobWithoutARun() throws TraceFormatException {
        TraceSummary summary = TestTrace.of(amdgpu("cs_ioctl", 105, 9), signaled("amd_sched", 105, 9))
                .replay()
                .summary();

        assertThat(summary.jobs()).isEqualTo(new TraceSummary.Jobs(1, 0, 0, 1));
    }

    @Test
    void shouldTellTwoDevicesRingsOfOneNameApart() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        amdgpu("cs_ioctl", 105, 1),
                        amdgpu("cs_ioctl", 205, 1).replace("ffff91cb1ab1bdd0", "ffff91cb1ab10000"),
                        amdgpu("sched_run_job", 205, 1).replace("ffff91cb1ab1bdd0", "ffff91cb1ab10000"))
                .replay();

        assertThat(replay.summary().rings()).containsExactly(new RingId("", "gfx"), new RingId("card1", "gfx"));
    }

    @Test
    void shouldCountAJobOnceWhenTheSchedulerTellsOfItToo() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        amdgpu("cs_ioctl", 105, 9),
                        "drm_sched_job_queue: dev=d, fence=105:9, ring=gfx, job count:0, hw job count:0, client_id:1",
                        "drm_sched_job_run: dev=d, fence=105:9, ring=gfx, job count:0, hw job count:1, client_id:1",
                        amdgpu("sched_run_job", 105, 9),
                        "drm_sched_job_done: fence=105:9 signaled")
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1");
        assertThat(replay.summary().rings()).containsExactly(new RingId("d", "gfx"));
    }

    @Test
    void shouldFollowAnI915Request() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        "i915_request_queue: dev=0, engine=0:0, ctx=17, seqno=41, flags=0x2",
                        "i915_request_add: dev=0, engine=0:0, ctx=17, seqno=41",
                        "i915_request_submit: dev=0, engine=0:0, ctx=17, seqno=41",
                        "i915_request_in: dev=0, engine=0:0, ctx=17, seqno=41, prio=-5, port=0",
                        "i915_request_out: dev=0, engine=0:0, ctx=17, seqno=41, completed?=0",
                        "i915_request_in: dev=0, engine=0:0, ctx=17, seqno=41, prio=0, port=0",
                        "i915_request_wait_begin: dev=0, engine=0:0, ctx=17, seqno=41, flags=0x1",
                        "dma_fence_signaled: driver=i915 timeline=rcs0 context=17 seqno=41",
                        "i915_request_out: dev=0, engine=0:0, ctx=17, seqno=41, completed?=1",
                        "i915_request_wait_end: dev=0, engine=0:0, ctx=17, seqno=41",
                        "i915_request_retire: dev=0, engine=0:0, ctx=17, seqno=41")
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1");
        assertThat(replay.job(0).priority()).isEqualTo(-5);
        assertThat(replay.steps(ReplayStep.JobRan.class).get(0).timeNs()).isEqualTo(TestTrace.at(3));
        assertThat(replay.steps(ReplayStep.JobDone.class).get(0).timeNs()).isEqualTo(TestTrace.at(7));
        assertThat(replay.steps(ReplayStep.WaitStarted.class)).hasSize(1);
        assertThat(replay.summary().warnings()).isEmpty();
    }

    @Test
    void shouldFollowI915BeforeItNamedContexts() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        "i915_gem_ring_dispatch: dev=0, ring=1, seqno=5, flags=0",
                        "i915_gem_request_add: dev=0, ring=1, seqno=5",
                        "i915_gem_request_complete: dev=0, ring=1, seqno=5",
                        "i915_gem_request_retire: dev=0, ring=1, seqno=5")
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1");
    }

    @Test
    void shouldFollowAnXeJobByItsFence() throws TraceFormatException {
        String job = ": dev=0000:03:00.0, fence=00000000aabb0000, seqno=7, lrc_seqno=7, gt=0, guc_id=3, batch_addr=0x0,"
                + " guc_state=0x5, flags=0x0, error=0";
        ReplayedTrace replay = TestTrace.of(
                        "xe_sched_job_create" + job,
                        "xe_sched_job_exec" + job,
                        "xe_sched_job_run" + job,
                        "xe_hw_fence_signal: dev=0000:03:00.0, ctx=0x101, fence=00000000aabb0000, seqno=8",
                        "xe_hw_fence_signal: dev=0000:03:00.0, ctx=0x101, fence=00000000aabb0000, seqno=7",
                        "xe_sched_job_free" + job)
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1");
        assertThat(replay.steps(ReplayStep.JobDone.class).get(0).timeNs()).isEqualTo(TestTrace.at(4));
    }

    @Test
    void shouldFollowMsmV3dAndVirtio() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        "msm_gpu_submit: id=81 pid=12 ring=0 bos=4 cmds=2",
                        "msm_gpu_submit_flush: id=81 pid=12 ring=0:55 ticks=1",
                        "msm_gpu_submit_retired: id=81 pid=12 ring=0:55 elapsed=9 ns mhz=180 start=1 end=2",
                        "v3d_submit_cl: dev=0, BCL, seqno=3, 0x0..0x1",
                        "v3d_bcl_irq: dev=0, seqno=3",
                        "virtio_gpu_cmd_queue: vdev=0 vq=0 name=c type=0x2 flags=0x1 fence_id=5 ctx_id=1 num_free=6 seqno=7",
                        "virtio_gpu_cmd_response: vdev=0 vq=0 name=c type=0x1 flags=0x1 fence_id=5 ctx_id=1 num_free=6 seqno=7")
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1 S2 R2 D2 S3 R3 D3");
        assertThat(replay.summary().warnings()).isEmpty();
    }
}
