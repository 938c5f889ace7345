package org.dmafence.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.inspect.Part.Kind;
import org.dmafence.jobs.JobLife.Fate;
import org.junit.jupiter.api.Test;

/** Where time goes, who is to blame, and what is not said where it can't be known. */
class InspectorTest {
    private final PrintedTrace kernel = new PrintedTrace();

    private static List<String> parts(List<Part> parts) {
        return parts.stream().map(part -> part.kind() + " " + part.ns() / 1000).toList();
    }

    private static String because(List<Part> parts, Kind kind) {
        return parts.stream()
                .filter(part -> part.kind() == kind)
                .map(part -> String.valueOf(part.because()))
                .findFirst()
                .orElse("no " + kind);
    }

    @Test
    void shouldTakeAJobsTimeApart() throws TraceFormatException {
        kernel.queue(10, "9:1").run(20, "9:1");
        kernel.queue(30, "11:1").dependsOn(31, "11:1", "9:1");
        kernel.done(130, "9:1").fence(132, "signaled", "9:1");
        kernel.run(140, "11:1").done(190, "11:1").fence(193, "signaled", "11:1");
        kernel.inspect();
        JobStory second = kernel.job("11:1");

        assertThat(parts(second.parts())).containsExactly("DEPENDENCY 100", "TURN 10", "HARDWARE 50", "SIGNAL 3");
        assertThat(because(second.parts(), Kind.DEPENDENCY)).startsWith("9:1 of d/gfx");
        assertThat(second.totalNs()).isEqualTo(163_000);
        assertThat(parts(kernel.job("9:1").parts())).containsExactly("TURN 10", "HARDWARE 110", "SIGNAL 2");
    }

    @Test
    void shouldSayBehindWhomAJobWaited() throws TraceFormatException {
        kernel.queue(10, "9:1")
                .run(20, "9:1")
                .queue(30, "11:1")
                .done(130, "9:1")
                .run(140, "11:1")
                .done(200, "11:1");
        kernel.inspect();

        JobStory second = kernel.job("11:1");
        assertThat(parts(second.parts())).containsExactly("CREDITS 110", "HARDWARE 60");
        assertThat(because(second.parts(), Kind.CREDITS)).startsWith("9:1 of");
    }

    @Test
    void shouldTellTimeBehindOthersFromTheHardwares() throws TraceFormatException {
        kernel.queue(10, "9:1")
                .run(20, "9:1")
                .queue(25, "9:2")
                .run(30, "9:2")
                .done(120, "9:1")
                .done(150, "9:2");
        kernel.inspect();

        JobStory second = kernel.job("9:2");
        assertThat(parts(second.parts())).containsExactly("TURN 5", "BEHIND 90", "HARDWARE 30");
        assertThat(because(second.parts(), Kind.BEHIND)).startsWith("9:1 of");
    }

    @Test
    void shouldTellTheWorkersDelayFromTheTurn() throws TraceFormatException {
        kernel.queue(10, "9:1").wakes(12, "gfx", 77);
        kernel.by("gfx-77", 1).switches(42, 0, "gfx", 77).run(45, "9:1").done(60, "9:1");
        kernel.inspect();

        JobStory job = kernel.job("9:1");
        assertThat(parts(job.parts())).containsExactly("TURN 5", "WORKER 30", "HARDWARE 15");
        assertThat(because(job.parts(), Kind.WORKER)).isEqualTo("gfx-77");
    }

    @Test
    void shouldTakeAWaitApart() throws TraceFormatException {
        kernel.queue(10, "9:1").fence(15, "wait_start", "9:1").by("gfx-77", 1).run(20, "9:1");
        kernel.done(100, "9:1").fence(102, "signaled", "9:1").wakes(103, "app", 10);
        kernel.by("app-10", 0).switches(140, 0, "app", 10).fence(141, "wait_end", "9:1");
        Inspection report = kernel.inspect();

        assertThat(kernel.waits).hasSize(1);
        WaitStory wait = kernel.waits.get(0);
        assertThat(parts(wait.parts()))
                .containsExactly("QUEUED 5", "HARDWARE 80", "SIGNAL 2", "WAKE 1", "CPU 37", "RETURN 1");
        assertThat(wait.job()).isEqualTo("9:1");
        assertThat(wait.signaledBy()).isEqualTo("gfx-77");
        assertThat(wait.on()).isEqualTo("d/gfx");
        assertThat(report.waiting().startToEndNs().count()).isEqualTo(1);
        assertThat(report.waits()).containsExactly(wait);
    }

    @Test
    void shouldTellAWaitForOthersOnTheHardware() throws TraceFormatException {
        kernel.queue(10, "9:1").run(20, "9:1").queue(25, "9:2").run(30, "9:2").fence(40, "wait_start", "9:2");
        kernel.done(120, "9:1")
                .done(150, "9:2")
                .fence(150, "signaled", "9:2")
                .fence(151, "wait_end", "9:2")
                .inspect();

        assertThat(parts(kernel.waits.get(0).parts())).containsExactly("BEHIND 80", "HARDWARE 30", "RETURN 1");
    }

    @Test
    void shouldTakeAJobsEndForItsSignalWhereNoneIsRecorded() throws TraceFormatException {
        kernel.queue(10, "9:1")
                .fence(15, "wait_start", "9:1")
                .by("gfx-77", 1)
                .run(20, "9:1")
                .done(100, "9:1");
        kernel.by("app-10", 0).fence(141, "wait_end", "9:1").inspect();

        assertThat(parts(kernel.waits.get(0).parts())).containsExactly("QUEUED 5", "HARDWARE 80", "RETURN 41");
        assertThat(kernel.waits.get(0).signaledNs()).isEqualTo(100_000);
        assertThat(kernel.waits.get(0).signaledBy()).isNull();
    }

    @Test
    void shouldFindWhoIsStuckBehindAHang() throws TraceFormatException {
        kernel.queue(10, "9:1").run(20, "9:1").queue(30, "11:1").dependsOn(31, "11:1", "9:1");
        kernel.queue(40, "13:1").dependsOn(41, "13:1", "11:1").fence(50, "wait_start", "13:1");
        kernel.at(9_000_000, "other: x");
        Inspection report = kernel.inspect();

        assertThat(report.jobs().hung()).isEqualTo(1);
        assertThat(report.stuck()).hasSize(1);
        Stuck stuck = report.stuck().get(0);
        assertThat(stuck.fence()).isEqualTo("9:1 of d/gfx (client 3 (app))");
        assertThat(stuck.directly()).containsExactly("11:1 of d/gfx (client 3 (app))");
        assertThat(stuck.inTurn()).containsExactly("13:1 of d/gfx (client 3 (app))");
        assertThat(stuck.waiters()).containsExactly("app-10");
        assertThat(report.sound()).isFalse();
        assertThat(report.findings().get(0).text()).contains("hangs").contains("2 jobs are stuck");
    }

    @Test
    void shouldCallOnlyTheFirstOfARingHung() throws TraceFormatException {
        kernel.queue(1, "7:1").run(2, "7:1").done(3, "7:1");
        kernel.queue(10, "9:1").run(20, "9:1").queue(30, "11:1").run(40, "11:1").at(9_000_000, "other: x");
        Inspection report = kernel.inspect();

        assertThat(report.jobs()).isEqualTo(new JobTally(3, 1, 0, 0, 0, 1, 0, 1));
        assertThat(report.stuck().get(0).directly()).containsExactly("11:1 of d/gfx (client 3 (app))");
    }

    @Test
    void shouldNameAFenceOfAnotherKindThatHoldsJobsBack() throws TraceFormatException {
        kernel.fence(5, "init", "i915", "rcs0", "40:7").fence(6, "signaled", "i915", "rcs0", "40:6");
        kernel.queue(30, "11:1").dependsOn(31, "11:1", "40:7").at(9_000_000, "other: x");
        Inspection report = kernel.inspect();

        assertThat(report.stuck()).extracting(Stuck::fence).containsExactly("40:7 of i915/rcs0");
        assertThat(report.stuck().get(0).directly()).hasSize(1);
        assertThat(report.sound()).as("nobody knows that it hangs").isTrue();
    }

    @Test
    void shouldCallAJobLostWhoseHardwareFenceSignalled() throws TraceFormatException {
        kernel.queue(10, "9:1").by("gfx-77", 1).run(20, "9:1").fence(21, "init", "amdgpu", "gfx", "0:5");
        kernel.fence(60, "signaled", "amdgpu", "gfx", "0:5").at(200_000, "other: x");
        Inspection report = kernel.inspect();

        assertThat(kernel.job("9:1").fate()).isEqualTo(Fate.LOST);
        assertThat(report.jobs().lost()).isEqualTo(1);
        assertThat(report.findings().get(0).text()).contains("is lost");
    }

    @Test
    void shouldNotReportAHangForACutCapture() throws TraceFormatException {
        kernel.queue(10, "9:1").run(20, "9:1").queue(30, "9:2");
        Inspection report = kernel.inspect();

        assertThat(report.jobs()).isEqualTo(new JobTally(2, 0, 0, 0, 1, 1, 0, 0));
        assertThat(report.findings().get(0).text()).startsWith("The end of no job is recorded");
        assertThat(report.stuck()).isEmpty();
        assertThat(report.sound()).isTrue();
    }

    @Test
    void shouldTakeAFencesSignalForTheEndOfAJobThatWasKilled() throws TraceFormatException {
        kernel.queue(10, "9:1").fence(20, "signaled", "9:1").at(9_000_000, "other: x");
        Inspection report = kernel.inspect();

        assertThat(report.jobs().endedOtherwise()).isEqualTo(1);
        assertThat(report.jobs().queued()).isZero();
    }

    @Test
    void shouldNoticeAnInterruptThatATimerMadeUpFor() throws TraceFormatException {
        kernel.queue(10, "9:1").run(20, "9:1").done(500_000, "9:1").at(500_010, "amdgpu_fence_fallback: ring=gfx");
        kernel.queue(600_000, "9:2").run(600_010, "9:2").done(600_900, "9:2");
        Inspection report = kernel.inspect();

        assertThat(kernel.job("9:1").interruptLost()).isTrue();
        assertThat(kernel.job("9:2").interruptLost()).isFalse();
        assertThat(report.findings()).extracting(Finding::text).anyMatch(text -> text.contains("interrupt was lost"));
    }

    @Test
    void shouldCountWhatWasLost() throws TraceFormatException {
        kernel.raw("# entries-in-buffer/entries-written: 5/905   #P:4").queue(10, "9:1");
        kernel.raw("CPU:0 [LOST 12 EVENTS]")
                .raw("CPU:0 [LOST EVENTS]")
                .run(20, "9:1")
                .done(30, "9:1");
        Inspection report = kernel.inspect();

        assertThat(report.capture().lost()).isEqualTo(913);
        assertThat(report.capture().wholeSinceNs()).isEqualTo(20_000);
        assertThat(report.findings()).extracting(Finding::text).anyMatch(text -> text.contains("lost 913 events"));
    }

    @Test
    void shouldSayWhichRefreshesAJobWasInFlightAt() throws TraceFormatException {
        kernel.at(5, "drm_vblank_event: crtc=0, seq=41, time=1, high-prec=true")
                .queue(10, "9:1")
                .run(20, "9:1");
        kernel.at(500, "drm_vblank_event: crtc=0, seq=42, time=2, high-prec=true");
        kernel.at(900, "drm_vblank_event: crtc=0, seq=43, time=3, high-prec=true")
                .done(950, "9:1");
        kernel.queue(1000, "9:2").run(1010, "9:2").done(1020, "9:2");
        Inspection report = kernel.inspect();

        assertThat(kernel.job("9:1").refreshes()).isEqualTo(new Refreshes(0, 42, 2));
        assertThat(kernel.job("9:2").refreshes()).isNull();
        assertThat(InspectText.of(report, false))
                .contains("1 job was in flight at a refresh", "in flight at refresh 42");
    }

    @Test
    void shouldSayThatAVeryLongJobMayHaveBeenTimedOut() throws TraceFormatException {
        kernel.queue(10, "9:1").run(20, "9:1").done(10_000_020, "9:1");

        assertThat(kernel.inspect().findings()).extracting(Finding::text).anyMatch(text -> text.contains("timeout"));
    }

    @Test
    void shouldTellTheStoryOfAFence() throws TraceFormatException {
        kernel.queue(10, "9:1").fence(15, "wait_start", "9:1").by("gfx-77", 1).run(20, "9:1");
        kernel.done(100, "9:1").fence(102, "signaled", "9:1").by("app-10", 0).fence(141, "wait_end", "9:1");
        InspectSelection one = new InspectSelection(
                Objects.requireNonNull(FenceName.parse("9:1")), null, null, Long.MIN_VALUE, Long.MAX_VALUE);
        Inspection report = kernel.inspect(one);
        Story story = Objects.requireNonNull(report.story());

        assertThat(story.job()).isEqualTo(kernel.job("9:1"));
        assertThat(story.waits()).hasSize(1);
        assertThat(story.moments()).hasSize(6);
        assertThat(InspectText.of(report, false))
                .contains("handed to the hardware")
                .contains("gfx-77");
    }

    @Test
    void shouldSayWhatToRecordForWhatIsMissing() throws TraceFormatException {
        kernel.queue(10, "9:1").run(20, "9:1").done(30, "9:1");
        Inspection report = kernel.inspect();

        assertThat(report.capture().lacks())
                .extracting(Lack::record)
                .anyMatch(record -> record.contains("dma_fence_wait_start"))
                .anyMatch(record -> record.contains("sched_switch"))
                .anyMatch(record -> record.contains("drm_sched_job_add_dep"));
        assertThat(InspectText.of(report, false)).contains("can't answer");
    }

    @Test
    void shouldLookOnlyAtWhatIsSelected() throws TraceFormatException {
        kernel.queue(10, "9:1")
                .run(20, "9:1")
                .done(30, "9:1")
                .queue(1000, "9:2")
                .run(1010, "9:2")
                .done(1020, "9:2");

        Inspection late = kernel.inspect(new InspectSelection(null, null, null, 500_000, Long.MAX_VALUE));
        assertThat(late.jobs().seen()).isEqualTo(1);
        assertThat(new PrintedTrace()
                        .queue(10, "9:1")
                        .inspect(new InspectSelection(null, "sdma0", null, Long.MIN_VALUE, Long.MAX_VALUE))
                        .jobs()
                        .seen())
                .isZero();
        assertThat(new PrintedTrace()
                        .queue(10, "9:1")
                        .inspect(new InspectSelection(null, "gfx", "app", Long.MIN_VALUE, Long.MAX_VALUE))
                        .jobs()
                        .seen())
                .isEqualTo(1);
    }
}
