package org.dmafence.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.jobs.JobLife.Fate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the time of jobs goes, and what is said of those that do not end. */
class JobLivesTest {
    private static final Path PUBLIC = Path.of("..", "..", "..", "shared", "traces", "public");
    private static final RingId GFX = new RingId("d", "gfx");

    private final StringBuilder text = new StringBuilder("# tracer: nop\n");
    private final List<JobLife> lives = new ArrayList<>();

    private JobLivesTest at(long us, int cpu, String event) {
        text.append(String.format("a-1 [%03d] ..... %d.%06d: %s%n", cpu, us / 1_000_000, us % 1_000_000, event));
        return this;
    }

    private JobLivesTest queue(long us, int seqno) {
        return at(us, 0, job("queue", seqno));
    }

    private JobLivesTest run(long us, int seqno) {
        return at(us, 0, job("run", seqno));
    }

    private static String job(String what, int seqno) {
        return "drm_sched_job_" + what + ": dev=d, fence=9:" + seqno
                + ", ring=gfx, job count:0, hw job count:0, client_id:3";
    }

    private JobLivesTest done(long us, int seqno) {
        return at(us, 0, "drm_sched_job_done: fence=9:" + seqno + " signaled");
    }

    private JobLivesTest signaled(long us, int seqno) {
        return at(us, 0, "dma_fence_signaled: driver=drm_sched timeline=gfx context=9 seqno=" + seqno);
    }

    private JobLives.Found read() throws TraceFormatException {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(bytes), "test")) {
            return JobLives.read(reader, lives::add);
        }
    }

    private List<Fate> fates() throws TraceFormatException {
        read();
        return lives.stream().map(JobLife::fate).toList();
    }

    @Test
    void shouldAnswerBothQuestionsOfAJobsTime() throws TraceFormatException {
        queue(10, 1).run(20, 1).queue(25, 2).run(30, 2).done(120, 1).done(150, 2);
        JobLives.Found found = read();
        JobLife second = lives.get(1);

        assertThat(second.queueNs()).isEqualTo(5_000);
        assertThat(second.runNs()).as("from run to end").isEqualTo(120_000);
        assertThat(second.hardwareNs()).as("of the hardware").isEqualTo(30_000);
        RingTimes ring = Objects.requireNonNull(found.rings().get(GFX));
        assertThat(ring.busyNs()).as("time with both counts once").isEqualTo(130_000);
        assertThat(ring.runToEnd().getTotalCount()).isEqualTo(2);
        assertThat(ring.submitted()).isEqualTo(2);
        assertThat(ring.ran()).isEqualTo(2);
    }

    @Test
    void shouldNotCallACutCaptureAHang() throws TraceFormatException {
        queue(10, 1).run(20, 1).queue(30, 2);

        assertThat(fates()).containsExactly(Fate.RUNNING, Fate.QUEUED);
    }

    @Test
    void shouldCallAJobHungThatOutlastsAllPatience() throws TraceFormatException {
        queue(10, 1).run(20, 1).queue(30, 2).at(1_900_000, 0, "other: x");
        assertThat(fates()).containsExactly(Fate.RUNNING, Fate.QUEUED);

        lives.clear();
        at(9_000_000, 0, "other: x");
        assertThat(fates()).containsExactly(Fate.HUNG, Fate.QUEUED);
    }

    @Test
    void shouldBlameOnlyTheFirstOfARingForAHang() throws TraceFormatException {
        at(1, 0, "dma_fence_signaled: driver=a timeline=b context=1 seqno=1");
        queue(10, 1).queue(11, 2).queue(12, 3).run(20, 2).run(21, 1).run(22, 3).at(9_000_000, 0, "other: x");

        assertThat(fates()).as("the others' turn has not come").containsExactly(Fate.RUNNING, Fate.HUNG, Fate.RUNNING);
    }

    @Test
    void shouldSayWhatWasNotRecorded() throws TraceFormatException {
        queue(10, 1).queue(20, 2).run(30, 2).queue(40, 3).run(50, 3).done(60, 3).at(9_000_000, 0, "other: x");

        assertThat(fates())
                .as("the run of the first, and the end of the second, went before something that is recorded")
                .containsExactly(Fate.COMPLETE, Fate.NOT_RECORDED, Fate.NOT_RECORDED);
    }

    /** A CPU speaks a hundred times a second from a time on. */
    private JobLivesTest busy(int cpu, int fromSecond, int toSecond) {
        for (long us = fromSecond * 1_000_000L; us <= toSecond * 1_000_000L; us += 10_000) {
            at(us, cpu, "other: x");
        }
        return this;
    }

    @Test
    void shouldNotExpectWhatACpuSawBeforeItRecorded() throws TraceFormatException {
        queue(10, 1).run(20, 1).queue(30, 2).busy(3, 1, 9);
        JobLives.Found found = read();

        assertThat(lives).extracting(JobLife::fate).containsExactly(Fate.NOT_RECORDED, Fate.NOT_RECORDED);
        assertThat(found.allCpusSinceNs()).isEqualTo(1_000_000_000L);
    }

    @Test
    void shouldNotTakeACpuThatHasLittleToSayForOneThatBeganLate() throws TraceFormatException {
        queue(10, 1).run(20, 1).queue(30, 2).at(4_000_000, 3, "other: x").at(9_000_000, 0, "other: x");
        JobLives.Found found = read();

        assertThat(lives).extracting(JobLife::fate).containsExactly(Fate.HUNG, Fate.QUEUED);
        assertThat(found.allCpusSinceNs()).isEqualTo(10_000);
    }

    @Test
    void shouldBelieveThatBuffersWhichWereFullBeganLate() throws TraceFormatException {
        text.append("# entries-in-buffer/entries-written: 5/900   #P:4\n");
        queue(10, 1).run(20, 1).queue(30, 2).at(4_000_000, 3, "other: x").at(9_000_000, 0, "other: x");

        assertThat(fates()).containsExactly(Fate.NOT_RECORDED, Fate.NOT_RECORDED);
    }

    @Test
    void shouldNotExpectWhatWasLost() throws TraceFormatException {
        queue(10, 1).run(20, 1).queue(30, 2);
        text.append("CPU:0 [LOST 12 EVENTS]\n");
        at(1_000_000, 0, "other: x").at(9_000_000, 0, "other: x");

        assertThat(fates()).containsExactly(Fate.NOT_RECORDED, Fate.NOT_RECORDED);
    }

    @Test
    void shouldNotCallJobsHungWhoseEndsNothingTells() throws TraceFormatException {
        queue(10, 1).run(20, 1).queue(30, 2).run(40, 2).at(9_000_000, 0, "other: x");

        assertThat(fates()).containsOnly(Fate.NOT_RECORDED);
    }

    @Test
    void shouldCallAJobHungThatSomebodyWaitsForThoughItsRingGoesOn() throws TraceFormatException {
        String other = ": dev=d, fence=11:1, ring=gfx, job count:0, hw job count:0, client_id:4";
        queue(10, 1).run(20, 1);
        at(25, 1, "dma_fence_wait_start: driver=drm_sched timeline=gfx context=9 seqno=1");
        at(30, 0, "drm_sched_job_queue" + other).at(40, 0, "drm_sched_job_run" + other);
        at(50, 0, "drm_sched_job_done: fence=11:1 signaled").at(9_000_000, 0, "other: x");

        assertThat(fates()).containsExactly(Fate.COMPLETE, Fate.HUNG);
    }

    @Test
    void shouldEndAJobWithItsFenceWhereItsCompletionIsNotRecorded() throws TraceFormatException {
        queue(10, 1).run(20, 1).signaled(120, 1).queue(30, 2).signaled(130, 2).at(9_000_000, 0, "other: x");

        assertThat(fates()).containsExactly(Fate.COMPLETE, Fate.ENDED_OTHERWISE);
        assertThat(lives.get(0).runNs()).isEqualTo(100_000);
        assertThat(lives.get(1).endedNs()).isEqualTo(130_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpuvis-amdgpu.zip", "gpuvis-amdgpu-v7-zstd.dat", "gpuvis-amdgpu-report.txt.gz"})
    void shouldFindNoHangInACaptureThatIsPartial(String name) throws TraceFormatException {
        JobLives.Found found = readPublic(name);
        Map<Fate, Long> fates = lives.stream().collect(Collectors.groupingBy(JobLife::fate, Collectors.counting()));

        assertThat(fates).containsEntry(Fate.COMPLETE, 641L).doesNotContainKey(Fate.HUNG);
        assertThat((found.allCpusSinceNs() + 500_000) / 1_000_000).isEqualTo(630_660_289L);
    }

    @Test
    void shouldAgreeWithPerfettoOnTheHardwaresTime() throws TraceFormatException {
        readPublic("perfetto-drm_sched.pftrace");

        assertThat(lives).extracting(JobLife::hardwareNs).containsExactly(4_729_073L, 3_941_571L, 25_156L, 4_726_312L);
        assertThat(lives.get(2).runNs()).isEqualTo(6_756_993L);
    }

    private JobLives.Found readPublic(String name) throws TraceFormatException {
        Path file = PUBLIC.resolve(name);
        assumeTrue(Files.exists(file), () -> file + " is not here");
        try (TraceReader reader = TraceReader.open(file)) {
            return JobLives.read(reader, lives::add);
        }
    }
}
