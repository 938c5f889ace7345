package org.dmafence.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Configuration;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FenceTraceTest {
    private static final int JOB_EVENTS = 4;

    private final List<String> log = new ArrayList<>();

    private static void fire(FenceTrace trace, FenceTracepoint point) {
        trace.fire(point, "driver", "timeline", 1L << 40, 7);
    }

    @Test
    void shouldBeOnWhileSomebodyListens() {
        FenceTrace trace = new FenceTrace();
        FenceTraceListener first = (point, driver, timeline, context, seqno) -> log.add("first " + point);
        FenceTraceListener second = (point, driver, timeline, context, seqno) -> log.add("second " + point);
        assertThat(on(trace)).isEmpty();
        trace.addListener(first);
        trace.addListener(second);
        assertThat(on(trace)).containsExactlyInAnyOrder(FenceTracepoint.values());
        fire(trace, FenceTracepoint.INIT);
        trace.removeListener(first);
        assertThat(trace.isListening()).isTrue();
        fire(trace, FenceTracepoint.DESTROY);
        trace.removeListener(second);
        assertThat(on(trace)).isEmpty();
        assertThat(log).containsExactly("first INIT", "second INIT", "second DESTROY");
    }

    @Test
    void shouldServeTheOthersWhenAListenerThrows() {
        FenceTrace trace = new FenceTrace();
        trace.addListener((point, driver, timeline, context, seqno) -> {
            throw new IllegalStateException("on purpose");
        });
        trace.addListener((point, driver, timeline, context, seqno) -> log.add(driver + " " + timeline));
        fire(trace, FenceTracepoint.EMIT);
        fire(trace, FenceTracepoint.EMIT);
        assertThat(log).containsExactly("driver timeline", "driver timeline");
    }

    @Test
    void shouldNameEventsAsTheKernelDoes() {
        assertThat(Arrays.stream(FenceTracepoint.values()).map(FenceTracepoint::kernelName))
                .containsExactly(
                        "dma_fence_emit",
                        "dma_fence_init",
                        "dma_fence_destroy",
                        "dma_fence_enable_signal",
                        "dma_fence_signaled",
                        "dma_fence_wait_start",
                        "dma_fence_wait_end");
    }

    @Test
    void shouldBeOnForThoseEventsThatARecordingHasChosen() {
        FenceTrace trace = new FenceTrace();
        try (Recording recording = new Recording()) {
            recording.enable("dmafence.FenceSignaled");
            recording.enable("dmafence.FenceWait");
            recording.start();
            assertThat(on(trace))
                    .containsExactlyInAnyOrder(
                            FenceTracepoint.SIGNALED, FenceTracepoint.WAIT_START, FenceTracepoint.WAIT_END);
            assertThat(trace.isListening()).isFalse();
            recording.disable("dmafence.FenceSignaled");
            recording.enable("dmafence.FenceInit");
            assertThat(on(trace))
                    .as("settings that change while it runs")
                    .containsExactlyInAnyOrder(
                            FenceTracepoint.INIT, FenceTracepoint.WAIT_START, FenceTracepoint.WAIT_END);
            recording.stop();
        }
        assertThat(on(trace)).isEmpty();
    }

    @Test
    void shouldBeOffWhenARecordingRunsThatHasChosenNone() throws Exception {
        FenceTrace trace = new FenceTrace();
        try (Recording recording = new Recording(Configuration.getConfiguration("default"))) {
            recording.start();
            assertThat(on(trace)).isEmpty();
            assertThat(FenceRecorder.beginWait()).isNull();
        }
    }

    private static Set<FenceTracepoint> on(FenceTrace trace) {
        return Arrays.stream(FenceTracepoint.values()).filter(trace::isOn).collect(Collectors.toSet());
    }

    @Test
    void shouldRecordChosenEventsInAFlightRecording(@TempDir Path directory) throws IOException {
        FenceSubject subject =
                new FenceSubject("driver", "timeline", 1L << 40, 7, new FenceTag("finished", 99, "client"));
        Path file = directory.resolve("fences.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dmafence.FenceSignaled");
            recording.enable("dmafence.FenceDestroy");
            recording.start();
            for (FenceTracepoint point : List.of(
                    FenceTracepoint.INIT,
                    FenceTracepoint.EMIT,
                    FenceTracepoint.ENABLE_SIGNAL,
                    FenceTracepoint.SIGNALED,
                    FenceTracepoint.DESTROY)) {
                FenceRecorder.record(point, subject, -5);
            }
            recording.stop();
            FenceRecorder.record(FenceTracepoint.SIGNALED, subject, 1);
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(e -> e.getEventType().getName().startsWith("dmafence."))
                .toList();
        assertThat(events)
                .extracting(e -> e.getEventType().getName())
                .containsExactlyInAnyOrder("dmafence.FenceDestroy", "dmafence.FenceSignaled");
        assertThat(events).allSatisfy(e -> {
            assertThat(e.getString("driver")).isEqualTo("driver");
            assertThat(e.getString("timeline")).isEqualTo("timeline");
            assertThat(e.getLong("context")).isEqualTo(1L << 40);
            assertThat(e.getLong("seqno")).isEqualTo(7);
            assertThat(e.getString("role")).isEqualTo("finished");
            assertThat(e.getLong("job")).isEqualTo(99);
            assertThat(e.getString("client")).isEqualTo("client");
            assertThat(e.getStackTrace()).isNull();
        });
    }

    @Test
    void shouldNameEachEventInTheSettingsFile() throws Exception {
        Configuration settings;
        try (Reader reader = new InputStreamReader(
                java.util.Objects.requireNonNull(FenceTrace.class.getResourceAsStream("dmafence.jfc")),
                StandardCharsets.UTF_8)) {
            settings = Configuration.create(reader);
        }
        FenceTrace trace = new FenceTrace();
        assertThat(on(trace)).isEmpty(); // loads the events
        assertThat(JobRecorder.isOn()).isFalse();
        Set<String> events = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .map(EventType::getName)
                .filter(name -> name.startsWith("dmafence."))
                .collect(Collectors.toSet());
        assertThat(settings.getSettings().keySet().stream()
                        .map(key -> key.replaceFirst("#.*", ""))
                        .collect(Collectors.toSet()))
                .isEqualTo(events)
                .hasSize(FenceTracepoint.values().length - 1 + JOB_EVENTS);
        try (Recording recording = new Recording(settings)) {
            recording.start();
            assertThat(on(trace)).containsExactlyInAnyOrder(FenceTracepoint.values());
            assertThat(JobRecorder.isOn()).isTrue();
        }
    }
}
