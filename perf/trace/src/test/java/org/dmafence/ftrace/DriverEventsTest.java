package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What drivers print of their jobs, in each generation of words. */
class DriverEventsTest {
    private static DriverJob job(String event) throws TraceFormatException {
        return (DriverJob) TestTrace.of(event).events().get(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // family, action, device, ring, context, seqno, id
                "amdgpu_cs_ioctl:      sched_job=3489726, timeline=gfx, context=4929, seqno=3200, ring_name=ffff91cb1ab1bdd0, num_ibs=1|AMDGPU SUBMITTED ffff91cb1ab1bdd0 gfx 4929 3200 3489726",
                "amdgpu_sched_run_job: timeline=gfx_0.0.0, context=5, seqno=6, ring_name=gfx_0.0.0, num_ibs=1|AMDGPU RUN - gfx_0.0.0 5 6 6",
                "amdgpu_cs_ioctl: timeline=sdma 0, fence=70000000001:8, ring_name=sdma 0, num_ibs=2|AMDGPU SUBMITTED - sdma_0 70000000001 8 8",
                "amdgpu_cs_ioctl: sched_job_id=3490208 timeline=gfx context=4929 seqno=3521 fence=0x7061777300000000 ring_name=ffff num_ibs=3|AMDGPU SUBMITTED ffff gfx 4929 3521 3490208",
                "i915_request_add: dev=0, engine=0:0, ctx=17, seqno=41, tail=96|I915 SUBMITTED card0 0:0 17 41 41",
                "i915_request_queue: dev=0, engine=0:1, hw_id=2, ctx=17, seqno=41, flags=0x2|I915 CREATED card0 0:1 17 41 41",
                "i915_request_in: dev=1, engine=2:0, ctx=17, seqno=41, prio=0, port=1|I915 RUN card1 2:0 17 41 41",
                "i915_request_in: dev=0 hw_id=2 ctx=17 seqno=9 class=1 instance=0|I915 RUN card0 1:0 17 9 9",
                "i915_request_out: dev=0, engine=0:0, ctx=17, seqno=41, completed?=1|I915 DONE card0 0:0 17 41 41",
                "i915_request_out: dev=0, engine=0:0, ctx=17, seqno=41, completed?=0|I915 PREEMPTED card0 0:0 17 41 41",
                "i915_request_retire: dev=0, engine=0:0, ctx=17, seqno=41|I915 RETIRED card0 0:0 17 41 41",
                "i915_request_wait_begin: dev=0, engine=0:0, ctx=17, seqno=41, flags=0x1|I915 WAIT_BEGIN card0 0:0 17 41 41",
                "i915_gem_request_complete: dev=0, ring=1, seqno=1178364|I915 DONE card0 ring_1 -1 1178364 1178364",
                "i915_gem_ring_dispatch: dev=0, ring=1, seqno=1178364, flags=4|I915 RUN card0 ring_1 -1 1178364 1178364",
                "i915_request_retire: 0000:00:02.0 vcs0: fence b:16, current 16|I915 RETIRED 0000:00:02.0 vcs0 11 16 16",
                "__i915_request_submit: 0000:00:02.0 rcs'0: fence 2a:2, current 1|I915 RUN 0000:00:02.0 rcs'0 42 2 2",
                "xe_sched_job_exec: dev=0000:03:00.0, fence=00000000aabb, seqno=7, lrc_seqno=7, gt=0, guc_id=3, batch_addr=0x00, guc_state=0x5, flags=0x0, error=0|XE SUBMITTED 0000:03:00.0 gt0_queue_3 -1 7 7",
                "xe_hw_fence_signal: dev=0000:03:00.0, ctx=0x0000000000000101, fence=00000000aabb, seqno=7|XE DONE 0000:03:00.0 - 257 7 7",
                "msm_gpu_submit: id=81 pid=12 ring=0 bos=4 cmds=2|MSM SUBMITTED - ring0 -1 0 81",
                "msm_gpu_submit_retired: id=81 pid=12 ring=0:55 elapsed=96076787681504331 ns mhz=180 start=1 end=2|MSM DONE - ring0 -1 55 81",
                "v3d_submit_cl: dev=0, RCL, seqno=3, 0x00060000..0x0006000e|V3D RUN card0 rcl -1 3 3",
                "v3d_bcl_irq: dev=0, seqno=3|V3D DONE card0 bcl -1 3 3",
                "virtio_gpu_cmd_queue: vdev=0 vq=0 name=control type=0x207 flags=0x1 fence_id=5 ctx_id=1 num_free=63 seqno=77|VIRTIO RUN virtio0 vq0 -1 77 77"
            })
    void shouldUnderstandEachGeneration(String event, String expected) throws TraceFormatException {
        DriverJob job = job(event);

        String found = String.join(
                " ",
                job.family().name(),
                job.action().name(),
                job.device().isEmpty() ? "-" : job.device(),
                job.ring().isEmpty() ? "-" : job.ring().replace(' ', '_'),
                Long.toString(job.context()),
                Long.toString(job.seqno()),
                Long.toString(job.id()));
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void shouldKeepTheHardwaresOwnTimeHoweverAbsurd() throws TraceFormatException {
        DriverJob job = job(
                "msm_gpu_submit_retired: id=81 pid=12 ring=0:55 elapsed=96076787681504331 ns mhz=180 start=1 end=2");

        assertThat(job.hardwareNs()).isEqualTo(96_076_787_681_504_331L);
        assertThat(job.client()).isEqualTo(12);
    }

    @Test
    @Timeout(20)
    void shouldTakeNoLongerForALineOfCommas() throws TraceFormatException {
        String commas = ",".repeat(60_000) + " ".repeat(60_000);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            text.append("a-1 [000] 1.000000: amdgpu_cs_ioctl: context=5 seqno=6 timeline=gfx" + commas + "x\n");
        }

        assertThat(TestTrace.events(text.toString())).hasSize(200);
    }

    @Test
    void shouldWarnOfOneThatIsCut() throws TraceFormatException {
        TraceSummary summary = TestTrace.of(
                        "amdgpu_cs_ioctl: sched_job=1, timeline=gfx, context=5, seqno=6, ring_name=x, num_ibs=1",
                        "amdgpu_cs_ioctl: sched_job=1, timeline=gfx, cont")
                .replay()
                .summary();

        assertThat(summary.examples(TraceWarning.MALFORMED_LINE))
                .singleElement()
                .asString()
                .contains("\"context\" is missing");
    }
}
