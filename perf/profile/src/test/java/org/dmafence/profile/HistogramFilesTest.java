package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistogramFilesTest {
    private static final long SECOND_NS = Recorder.SECOND_NS;

    @TempDir
    private Path directory;

    private final Tracks tracks = new Tracks("amdgpu/independent", List.of("client 1, the first"), SECOND_NS);

    private Path log() throws IOException {
        try (HistogramFiles files = HistogramFiles.begin(directory, new FakeTime(0))) {
            for (int second = 0; second < 2; second++) {
                for (int i = 1; i <= 1_000; i++) {
                    tracks.record(new Times(0, 0, 0, 0, i, i, 10L * i, Probe.NEVER, true));
                }
                files.second(tracks, second * SECOND_NS, (second + 1) * SECOND_NS);
                tracks.forEach(Track::turn);
            }
            files.commit();
        }
        return directory.resolve(HistogramFiles.LOG);
    }

    @Test
    void shouldWriteAnIntervalPerSecondAndTagWhenReadByTheUsualReader() throws IOException {
        Set<String> tags = new HashSet<>();
        int intervals = 0;
        double lengths = 0;
        try (HistogramLogReader reader = new HistogramLogReader(log().toFile())) {
            for (EncodableHistogram next = reader.nextIntervalHistogram();
                    next != null;
                    next = reader.nextIntervalHistogram()) {
                tags.add(next.getTag());
                lengths += next.getEndTimeStamp() - next.getStartTimeStamp();
                intervals++;
            }
        }

        assertThat(tags)
                .contains("amdgpu/independent:whole", "amdgpu/independent:client_1__the_first:queue-run")
                .hasSize(12); // six edges that these jobs have, for all and for the client
        assertThat(intervals).isEqualTo(24);
        assertThat(lengths).isEqualTo(24 * 1_000.0);
    }

    @Test
    void shouldGiveBackWhatWasRecordedWhenReadByTag() throws IOException {
        Map<String, Histogram> read = HistogramFiles.read(log());

        Histogram whole = Objects.requireNonNull(read.get("amdgpu/independent:whole"));
        assertThat(whole).isEqualTo(tracks.of(Edge.WHOLE).total());
        assertThat(whole.getTotalCount()).isEqualTo(2_000);
        assertThat(FinePercentiles.of(whole).p50Ns()).isBetween(5_000L, 5_005L);
    }

    @Test
    void shouldWriteATableInMicrosecondsWhenThereIsATag() throws IOException {
        log();
        HistogramFiles.tables(
                directory, Map.of("i915/work:whole", tracks.of(Edge.WHOLE).total()));

        List<String> lines = Files.readAllLines(directory.resolve("hgrm").resolve("i915.work.whole.hgrm"));
        assertThat(lines.get(0).strip().split("\\s+"))
                .containsExactly("Value", "Percentile", "TotalCount", "1/(1-Percentile)");
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("1.000000000000", "2000"));
        assertThat(lines.get(lines.size() - 2)).contains("Max     =       10.00");
    }

    @Test
    void shouldLeaveNothingBehindWhenTheLogIsNotCommitted() throws IOException {
        HistogramFiles.begin(directory, new FakeTime(0)).close();

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldRefuseALogThatIsTooLargeWhileItReads() throws IOException {
        Path log = log();
        long size = Files.size(log);

        assertThat(HistogramFiles.read(log, size, 1 << 20)).isNotEmpty();
        assertThatThrownBy(() -> HistogramFiles.read(log, size - 1, 1 << 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("profile.hlog is larger than");
    }

    @Test
    void shouldRefuseALineWithoutEnd() {
        Path endless = Path.of("/dev/zero");
        assumeTrue(Files.exists(endless));

        assertThatThrownBy(() -> HistogramFiles.read(endless))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/dev/zero has a line of more than 4 MiB");
    }

    @Test
    void shouldRefuseHistogramsThatAreMoreExactThanOurs() throws IOException {
        Path log = directory.resolve("exact.hlog");
        try (PrintStream out = new PrintStream(log.toFile(), StandardCharsets.UTF_8)) {
            Histogram exact = new Histogram(5);
            exact.setTag("i915:whole");
            exact.recordValue(1);
            new HistogramLogWriter(out).outputIntervalHistogram(exact);
        }

        assertThatThrownBy(() -> HistogramFiles.read(log))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exact.hlog is not of this program");
    }

    @Test
    void shouldNameTheFileWhenItIsNoLog() throws IOException {
        Path log = Files.writeString(directory.resolve("broken.hlog"), "Tag=a,1,2,3,HISTxyz\n");

        assertThatThrownBy(() -> HistogramFiles.read(log))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken.hlog");
    }
}
