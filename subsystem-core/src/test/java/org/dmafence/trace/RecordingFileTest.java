package org.dmafence.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that a recording becomes. */
class RecordingFileTest {
    private static final String DRIVER = "recording-file-test";

    @TempDir
    private Path directory;

    private static void event(long seqno) {
        FenceSubject subject = new FenceSubject(DRIVER, "timeline", 1, seqno, FenceTag.NONE);
        FenceRecorder.record(FenceTracepoint.INIT, subject, 0);
    }

    private static List<Long> seqnos(Path file) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("dmafence.FenceInit")
                        && DRIVER.equals(event.getString("driver")))
                .map((RecordedEvent event) -> event.getLong("seqno"))
                .toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void shouldAppearWhenItIsClosedAndReplaceWhatWasThere() throws IOException {
        Path file = Files.writeString(directory.resolve("x.jfr"), "before");
        FlightRecording recording = FlightRecording.begin(file, RecordingLimits.DEFAULT);
        event(1);
        assertThat(file).hasContent("before");
        recording.close();
        recording.close();
        recording.dump();

        assertThat(recording.isClosed()).isTrue();
        assertThat(seqnos(file)).containsExactly(1L);
        assertThat(files()).as("nothing else").containsExactly(file);
    }

    @Test
    void shouldGoOnAfterADump() throws IOException {
        Path file = directory.resolve("x.jfr");
        try (FlightRecording recording = FlightRecording.begin(file, RecordingLimits.DEFAULT)) {
            event(1);
            recording.dump();
            assertThat(seqnos(file)).containsExactly(1L);
            event(2);
        }
        assertThat(seqnos(file)).containsExactly(1L, 2L);
    }

    @Test
    void shouldRefuseAPlaceThatCanNotBeWrittenBeforeAnythingIsRecorded() {
        Path nowhere = directory.resolve("no/x.jfr");
        assertThatThrownBy(() -> FlightRecording.begin(nowhere, RecordingLimits.DEFAULT))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> FlightRecording.begin(directory, RecordingLimits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a directory");
    }

    @Test
    void shouldRefuseLimitsThatKeepNothing() {
        assertThatThrownBy(() -> new RecordingLimits(0, Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> new RecordingLimits(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRecordNothingElse() throws IOException {
        Path file = directory.resolve("x.jfr");
        try (FlightRecording recording = FlightRecording.begin(file, RecordingLimits.DEFAULT)) {
            event(1);
            assertThat(recording.isClosed()).isFalse();
        }
        assertThat(RecordingFile.readAllEvents(file))
                .extracting(event -> event.getEventType().getName())
                .allMatch(name -> name.startsWith("dmafence."));
    }
}
