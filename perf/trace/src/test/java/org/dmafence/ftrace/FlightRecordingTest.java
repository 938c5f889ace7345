package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jdk.jfr.Recording;
import org.dmafence.ftrace.TraceSummary.Dialect;
import org.dmafence.fuzz.format.CaptureSeeds;
import org.dmafence.fuzz.format.Packing;
import org.dmafence.trace.FenceRecorder;
import org.dmafence.trace.FenceSubject;
import org.dmafence.trace.FenceTag;
import org.dmafence.trace.FenceTracepoint;
import org.dmafence.trace.FlightRecording;
import org.dmafence.trace.JobRecorder;
import org.dmafence.trace.JobSubject;
import org.dmafence.trace.RecordingLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an embedded subsystem recorded, read like a kernel's capture. */
class FlightRecordingTest {
    @TempDir
    private Path directory;

    private static void event(FenceTracepoint point, String driver, long context, String role) {
        FenceSubject subject = new FenceSubject(driver, "gfx", context, 7, new FenceTag(role, 3, "game"));
        FenceRecorder.record(point, subject, 1);
    }

    private byte[] record(boolean scheduler) throws IOException {
        Path file = directory.resolve("x");
        try (Recording recording = new Recording()) {
            for (String name : new String[] {"Init", "Emit", "EnableSignal", "Signaled", "Destroy", "Wait"}) {
                recording.enable("dmafence.Fence" + name).withoutThreshold();
            }
            recording.start();
            if (scheduler) {
                event(FenceTracepoint.INIT, "drm_sched", 4, "scheduled");
                event(FenceTracepoint.INIT, "drm_sched", 5, "finished");
                event(FenceTracepoint.SIGNALED, "drm_sched", 4, "scheduled");
            }
            event(FenceTracepoint.INIT, "ring", 1, FenceTag.HARDWARE);
            event(FenceTracepoint.EMIT, "ring", 1, FenceTag.HARDWARE);
            event(FenceTracepoint.SIGNALED, "ring", 1, FenceTag.HARDWARE);
            if (scheduler) {
                event(FenceTracepoint.SIGNALED, "drm_sched", 5, "finished");
            }
            recording.stop();
            recording.dump(file);
        }
        return Files.readAllBytes(file);
    }

    /** Two clients' jobs on two rings, the second after the first. */
    private byte[] recordJobs() throws IOException {
        Path file = directory.resolve("jobs");
        JobSubject first = new JobSubject("card0", "gfx", 5, 1, 31, "game", 3, "HIGH");
        JobSubject second = new JobSubject("card0", "sdma0", 9, 1, 32, "shell", 0, "LOW");
        try (FlightRecording recording = FlightRecording.begin(file, RecordingLimits.DEFAULT)) {
            assertThat(recording.isClosed()).isFalse();
            JobRecorder.queued(first, 0, 0);
            JobRecorder.queued(second, 0, 0);
            JobRecorder.dependsOn(second, 5, 1);
            JobRecorder.ran(first, 0, 1);
            event(FenceTracepoint.INIT, "ring", 1, FenceTag.HARDWARE);
            event(FenceTracepoint.SIGNALED, "ring", 1, FenceTag.HARDWARE);
            JobRecorder.done(first);
            event(FenceTracepoint.SIGNALED, "drm_sched", 5, "finished");
            JobRecorder.ran(second, 0, 1);
            JobRecorder.done(second);
        }
        return Files.readAllBytes(file);
    }

    @Test
    void shouldReadTheSchedulersEventsAsTheKernels() throws IOException, TraceFormatException {
        ReplayedTrace trace = read(recordJobs());

        assertThat(trace.order()).isEqualTo("S1 S2 R1 D1 R2 D2");
        assertThat(trace.summary().dialects()).containsExactly(Dialect.SINCE_6_17);
        assertThat(trace.summary().rings()).containsExactly(new RingId("card0", "gfx"), new RingId("card0", "sdma0"));
        assertThat(trace.jobs()).extracting(TraceJob::clientId).containsExactly(3L, -1L);
        assertThat(trace.jobs()).extracting(TraceJob::priority).containsExactly(1, -1);
        assertThat(trace.job(1).dependencies())
                .containsExactly(new FenceRef.Finished(trace.job(0).key()));
        assertThat(trace.summary().unknownEvents())
                .as("the hardware's fences are foreign ones")
                .isEmpty();
    }

    @Test
    void shouldTellWhoSubmittedByName() throws IOException, TraceFormatException {
        byte[] bytes = recordJobs();
        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(bytes), "x.jfr")) {
            assertThat(reader.next())
                    .isInstanceOfSatisfying(
                            TraceEvent.DrmSchedJobQueue.class,
                            queue -> assertThat(queue.stamp().task()).isEqualTo("game"));
            assertThat(reader.next()).isInstanceOfSatisfying(TraceEvent.DrmSchedJobQueue.class, queue -> {
                assertThat(queue.stamp().task()).isEqualTo("shell");
                assertThat(queue.stamp().pid()).as("has no number of its own").isEqualTo(9);
            });
        }
    }

    private static ReplayedTrace read(byte[] bytes) throws TraceFormatException {
        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(bytes), "x.jfr")) {
            return ReplayedTrace.of(reader, TraceLimits.DEFAULT);
        }
    }

    @Test
    void shouldMakeOneJobOfASchedulersFences() throws IOException, TraceFormatException {
        ReplayedTrace trace = read(record(true));

        assertThat(trace.order()).isEqualTo("S1 R1 D1");
        assertThat(trace.summary().dialects()).containsExactly(Dialect.FENCES_ONLY);
        assertThat(trace.summary().rings()).containsExactly(new RingId("drm_sched", "gfx"));
        assertThat(trace.summary().unknownEvents())
                .containsOnlyKeys("hardware_fence_init", "hardware_fence_emit", "hardware_fence_signaled");
    }

    @Test
    void shouldTakeTheHardwaresFencesWhereThereIsNoScheduler() throws IOException, TraceFormatException {
        ReplayedTrace trace = read(record(false));

        assertThat(trace.order()).isEqualTo("S1 R1 D1");
        assertThat(trace.summary().rings()).containsExactly(new RingId("ring", "gfx"));
    }

    @Test
    void shouldReadAFileInPlace() throws IOException, TraceFormatException {
        record(true);

        try (TraceReader reader = TraceReader.open(directory.resolve("x"))) {
            assertThat(reader.next()).isNotNull();
        }
        assertThat(directory.resolve("x")).as("not a copy to be deleted").exists();
    }

    /** Made anew by {@code -Ddmafence.seeds.write=true}. */
    @Test
    void shouldReadTheOneThatTheFuzzerBeginsWith() throws IOException, TraceFormatException {
        if (Boolean.getBoolean("dmafence.seeds.write")) {
            Path seed = Path.of("../fuzz/src/main/resources/org/dmafence/fuzz/format/recording.jfr.gz");
            Files.write(seed, Packing.GZIP.pack(record(true)));
        }
        byte[] seed = CaptureSeeds.recordings().get(0);

        assertThat(read(seed).order()).isEqualTo("S1 R1 D1");
        assertThat(read(seed).summary().unknownEvents())
                .isEqualTo(read(record(true)).summary().unknownEvents());
    }

    @Test
    void shouldRefuseDamageWithAReason() throws IOException {
        byte[] whole = record(true);
        assertThatThrownBy(() -> read(Arrays.copyOf(whole, 40)))
                .isInstanceOfSatisfying(
                        TraceFormatException.class, e -> assertThat(e.remedy()).isNotEmpty())
                .hasMessageContaining("damaged flight recording");
    }

    /**
     * The JVM's reader throws an InternalError for a table of constants that is empty; three of these bytes make one.
     */
    @Test
    void shouldReadOrRefuseARecordingWhenAByteOfItsConstantsIsZero() throws IOException {
        byte[] seed = CaptureSeeds.recordings().get(0);
        for (int at = 4_450; at < 4_600; at++) {
            byte[] damaged = seed.clone();
            damaged[at] = 0;
            try {
                assertThat(read(damaged)).isNotNull();
            } catch (TraceFormatException e) {
                assertThat(e.remedy()).isNotEmpty();
            }
        }
    }
}
