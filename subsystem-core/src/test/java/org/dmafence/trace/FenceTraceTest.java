package org.dmafence.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FenceTraceTest {
    private final List<String> log = new ArrayList<>();

    private static void fire(FenceTrace trace, FenceTracepoint point) {
        trace.fire(point, "driver", "timeline", 1L << 40, 7);
    }

    @Test
    void shouldBeOnWhileSomebodyListens() {
        FenceTrace trace = new FenceTrace();
        FenceTraceListener first = (point, driver, timeline, context, seqno) -> log.add("first " + point);
        FenceTraceListener second = (point, driver, timeline, context, seqno) -> log.add("second " + point);
        assertThat(trace.isOn()).isFalse();
        trace.addListener(first);
        trace.addListener(second);
        assertThat(trace.isOn()).isTrue();
        fire(trace, FenceTracepoint.INIT);
        trace.removeListener(first);
        assertThat(trace.isOn()).isTrue();
        fire(trace, FenceTracepoint.DESTROY);
        trace.removeListener(second);
        assertThat(trace.isOn()).isFalse();
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
    void shouldRecordChosenEventsInAFlightRecording(@TempDir Path directory) throws IOException {
        FenceTrace before = new FenceTrace();
        Path file = directory.resolve("fences.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dmafence.FenceSignaled");
            recording.enable("dmafence.FenceDestroy");
            recording.start();
            assertThat(before.isOn()).isTrue();
            FenceTrace during = new FenceTrace();
            assertThat(during.isOn()).isTrue();
            for (FenceTracepoint point : FenceTracepoint.values()) {
                fire(before, point);
            }
            fire(during, FenceTracepoint.SIGNALED);
            recording.stop();
            assertThat(before.isOn()).isFalse();
            assertThat(during.isOn()).isFalse();
            fire(before, FenceTracepoint.SIGNALED);
            recording.dump(file);
        }
        assertThat(Files.size(file)).isPositive();
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(e -> e.getEventType().getName().startsWith("dmafence."))
                .toList();
        assertThat(events)
                .extracting(e -> e.getEventType().getName())
                .containsExactlyInAnyOrder("dmafence.FenceDestroy", "dmafence.FenceSignaled", "dmafence.FenceSignaled");
        assertThat(events).allSatisfy(e -> {
            assertThat(e.getString("driver")).isEqualTo("driver");
            assertThat(e.getString("timeline")).isEqualTo("timeline");
            assertThat(e.getLong("context")).isEqualTo(1L << 40);
            assertThat(e.getLong("seqno")).isEqualTo(7);
            assertThat(e.getStackTrace()).isNull();
        });
    }

    @Test
    void shouldHaveAnEventForEveryTracepointAndNoneEnabledByDefault(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("all.jfr");
        Set<String> names = Arrays.stream(FenceTracepoint.values())
                .map(point -> "dmafence.Fence"
                        + Arrays.stream(point.name().split("_"))
                                .map(part -> part.charAt(0) + part.substring(1).toLowerCase(java.util.Locale.ROOT))
                                .collect(Collectors.joining()))
                .collect(Collectors.toSet());
        FenceTrace trace = new FenceTrace();
        try (Recording chosen = new Recording()) {
            names.forEach(chosen::enable);
            chosen.start();
            for (FenceTracepoint point : FenceTracepoint.values()) {
                fire(trace, point);
            }
            chosen.stop();
            chosen.dump(file);
        }
        assertThat(recorded(file)).isEqualTo(names);
        try (Recording plain = new Recording()) {
            plain.start();
            fire(trace, FenceTracepoint.SIGNALED);
            plain.stop();
            plain.dump(file);
        }
        assertThat(recorded(file)).isEmpty();
    }

    private static Set<String> recorded(Path file) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .map(e -> e.getEventType().getName())
                .filter(name -> name.startsWith("dmafence."))
                .collect(Collectors.toSet());
    }
}
