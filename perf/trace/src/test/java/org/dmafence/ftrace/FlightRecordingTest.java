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
import org.dmafence.trace.FenceRecorder;
import org.dmafence.trace.FenceSubject;
import org.dmafence.trace.FenceTag;
import org.dmafence.trace.FenceTracepoint;
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

    @Test
    void shouldRefuseDamageWithAReason() throws IOException {
        byte[] whole = record(true);
        assertThatThrownBy(() -> read(Arrays.copyOf(whole, 40)))
                .isInstanceOfSatisfying(
                        TraceFormatException.class, e -> assertThat(e.remedy()).isNotEmpty())
                .hasMessageContaining("damaged flight recording");
    }
}
