package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.ftrace.FenceRef.Finished;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that kernels of 2014 to 2017 had. */
class OldKernelsTest {
    private static final String WAITS =
            "fence_annotate_wait_on: driver=d timeline=b c context=6 seqno=1 waits on driver=e timeline=f context=";

    private static String fence(String what, int context, int seqno) {
        return "fence_" + what + ": driver=d timeline=b c context=" + context + " seqno=" + seqno;
    }

    private static String amd(String id, String fence) {
        return "amd_sched_job: entity=ffff8801a0, " + id + ", fence=" + fence
                + ", ring=gfx, job count:1, hw job count:0";
    }

    @Test
    void shouldTakeAnAnnotationForADependency() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        fence("init", 4, 1),
                        WAITS.replace("context=6", "context=4") + "3 seqno=1",
                        fence("emit", 4, 1),
                        fence("init", 6, 1),
                        WAITS + "4 seqno=1",
                        WAITS + "77 seqno=5",
                        fence("emit", 6, 1),
                        fence("signaled", 4, 1),
                        fence("signaled", 6, 1))
                .replay();

        assertThat(replay.job(1).dependencies())
                .hasSize(2)
                .contains(new Finished(replay.job(0).key()))
                .anyMatch(on -> on instanceof FenceRef.Foreign foreign
                        && foreign.fence().context() == 77);
        assertThat(replay.summary().unknownEvents()).isEmpty();
    }

    @Test
    void shouldReadAnAnnotationsRawFields() throws TraceFormatException {
        String raw = "dma_fence_annotate_wait_on: driver=d timeline=t context=6 seqno=1 waiting_driver=e"
                + " waiting_timeline=f g waiting_context=4 waiting_seqno=2";
        TraceEvent event = TestTrace.of(raw).events().get(0);

        assertThat(event).isEqualTo(new TraceEvent.FenceWaitsOn(event.stamp(), 6, 1, 4, 2));
    }

    @Test
    void shouldWarnOfAnAnnotationThatIsCut() throws TraceFormatException {
        TraceSummary summary =
                TestTrace.of(fence("init", 4, 1), WAITS + "4").replay().summary();

        assertThat(summary.lines().malformed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id=7", "sched job=ffff8801b0"})
    void shouldReadTheSchedulerThatAmdgpuHad(String id) throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        amd(id, "aa"),
                        amd(id.equals("id=7") ? "id=8" : id, "bb"),
                        "amd_sched_process_job: fence=aa signaled",
                        "amd_sched_process_job: fence=bb signaled")
                .replay();

        assertThat(replay.order()).as("nothing tells of their runs").isEqualTo("S1 R1 S2 R2 D1 D2");
        assertThat(replay.summary().rings()).containsExactly(new RingId("", "gfx"));
        assertThat(replay.summary().warnings()).isEmpty();
    }

    @Test
    void shouldPairTheFencesOfThatScheduler() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        "dma_fence_init: driver=amd_sched timeline=gfx context=104 seqno=5",
                        "dma_fence_init: driver=amd_sched timeline=gfx context=105 seqno=5",
                        "dma_fence_signaled: driver=amd_sched timeline=gfx context=104 seqno=5",
                        "dma_fence_signaled: driver=amd_sched timeline=gfx context=105 seqno=5")
                .replay();

        assertThat(replay.order()).isEqualTo("S1 R1 D1");
    }
}
