package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.DrmRunJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobAddDep;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobDone;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobQueue;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobRun;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobUnschedulable;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobWaitDep;
import org.dmafence.ftrace.TraceEvent.DrmSchedProcessJob;
import org.dmafence.ftrace.TraceEvent.FenceAction;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.ftrace.TraceEvent.SyncTimeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The events' arguments, in both dialects. */
class TraceReaderEventsTest {
    private static final String A_FENCE = "dma_fence_init: driver=d timeline=t context=1 seqno=1";
    private static final Stamp STAMP = new Stamp(1, TestTrace.START_NS, 0, 100, "app");

    private static TraceEvent parse(String event) throws TraceFormatException {
        return TestTrace.of(event, A_FENCE).events().get(0);
    }

    @Test
    void shouldReadSubmissionAndRunBefore617() throws TraceFormatException {
        String args =
                ": entity=ffffff8086fae500, id=13481, fence=0x80b033bc40, ring=ring0, job count:7, hw job count:-1";
        assertThat(parse("drm_sched_job" + args))
                .isEqualTo(new DrmSchedJob(STAMP, 0xffffff8086fae500L, 13481, 0x80b033bc40L, "ring0", 7, -1));
        assertThat(parse("drm_run_job" + args))
                .isEqualTo(new DrmRunJob(STAMP, 0xffffff8086fae500L, 13481, 0x80b033bc40L, "ring0", 7, -1));
    }

    @Test
    void shouldReadNullPointer() throws TraceFormatException {
        assertThat(
                        parse(
                                "drm_run_job: entity=(null), id=1, fence=00000000000000ab, ring=r, job count:0, hw job count:1"))
                .isEqualTo(new DrmRunJob(STAMP, 0, 1, 0xab, "r", 0, 1));
    }

    @Test
    void shouldReadCompletionAndDependencyBefore617() throws TraceFormatException {
        assertThat(parse("drm_sched_process_job: fence=00000000412b22ac signaled"))
                .isEqualTo(new DrmSchedProcessJob(STAMP, 0x412b22acL));
        assertThat(
                        parse(
                                "drm_sched_job_wait_dep: job ring=gfx, id=2, depends fence=0000000002927791, context=1010, seq=3"))
                .isEqualTo(new DrmSchedJobWaitDep(STAMP, "gfx", 2, 0x2927791L, 1010, 3));
    }

    @Test
    void shouldReadSubmissionAndRunSince617() throws TraceFormatException {
        String args = ": dev=0000:04:00.0, fence=18446744073709551615:4294967296, ring=gfx_0.0.0,"
                + " job count:2, hw job count:3, client_id:13";
        assertThat(parse("drm_sched_job_queue" + args))
                .isEqualTo(new DrmSchedJobQueue(STAMP, "0000:04:00.0", -1, 1L << 32, "gfx_0.0.0", 2, 3, 13, 0));
        assertThat(parse("drm_sched_job_run" + args))
                .isEqualTo(new DrmSchedJobRun(STAMP, "0000:04:00.0", -1, 1L << 32, "gfx_0.0.0", 2, 3, 13));
    }

    @Test
    void shouldReadCompletionAndDependenciesSince617() throws TraceFormatException {
        assertThat(parse("drm_sched_job_done: fence=401:1 signaled")).isEqualTo(new DrmSchedJobDone(STAMP, 401, 1));
        assertThat(parse("drm_sched_job_add_dep: fence=401:1 depends on fence=7:8"))
                .isEqualTo(new DrmSchedJobAddDep(STAMP, 401, 1, 7, 8));
        assertThat(parse("drm_sched_job_unschedulable: fence=401:1 depends on unsignalled fence=7:8"))
                .isEqualTo(new DrmSchedJobUnschedulable(STAMP, 401, 1, 7, 8));
    }

    @ParameterizedTest
    @EnumSource(FenceAction.class)
    void shouldReadEveryFenceEvent(FenceAction action) throws TraceFormatException {
        String name = "dma_fence_" + action.name().toLowerCase(Locale.ROOT);
        assertThat(parse(name + ": driver=msm timeline=gpu-ring-0 context=1 seqno=4294967295"))
                .isEqualTo(new DmaFence(STAMP, action, "msm", "gpu-ring-0", 1, 4294967295L));
    }

    @Test
    void shouldReadSyncTimeline() throws TraceFormatException {
        assertThat(parse("sync_timeline: name=my line value=-3")).isEqualTo(new SyncTimeline(STAMP, "my line", -3));
    }

    @Test
    void shouldKeepBlanksAndKeysInNames() throws TraceFormatException {
        assertThat(parse("dma_fence_init: driver=my driver timeline=a context=b seqno=c context=1 seqno=2"))
                .isEqualTo(new DmaFence(STAMP, FenceAction.INIT, "my driver", "a context=b seqno=c", 1, 2));
        assertThat(parse("drm_sched_job_queue: dev=a, b c, fence=1:2, ring=r, s job count:9, job count:0,"
                        + " hw job count:1, client_id:0"))
                .isEqualTo(new DrmSchedJobQueue(STAMP, "a, b c", 1, 2, "r, s job count:9", 0, 1, 0, 0));
        assertThat(parse("drm_sched_job_wait_dep: job ring=a, id=b, id=2, depends fence=ab, context=1, seq=3"))
                .isEqualTo(new DrmSchedJobWaitDep(STAMP, "a, id=b", 2, 0xab, 1, 3));
    }

    @Test
    void shouldKeepEmptyNames() throws TraceFormatException {
        assertThat(parse("dma_fence_init: driver= timeline= context=1 seqno=2"))
                .isEqualTo(new DmaFence(STAMP, FenceAction.INIT, "", "", 1, 2));
    }

    @Test
    void shouldKnowSchedulerEvents() throws TraceFormatException {
        assertThat(parse(A_FENCE).isSchedulerEvent()).isFalse();
        assertThat(parse("sync_timeline: name=x value=1").isSchedulerEvent()).isFalse();
        assertThat(parse("drm_sched_job_done: fence=401:1 signaled").isSchedulerEvent())
                .isTrue();
    }
}
