package org.dmafence.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.rules.PerfettoTracks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for other programs has what was inspected. */
class ExportTest {
    private final PrintedTrace kernel = new PrintedTrace();

    @BeforeEach
    void inspect() throws TraceFormatException {
        kernel.by("a,\"b-10", 0)
                .queue(10, "9:1")
                .run(20, "9:1")
                .queue(30, "11:1")
                .dependsOn(31, "11:1", "9:1");
        kernel.fence(35, "wait_start", "11:1").done(130, "9:1").fence(132, "signaled", "9:1");
        kernel.run(140, "11:1").done(190, "11:1").fence(193, "signaled", "11:1").fence(200, "wait_end", "11:1");
        kernel.inspect();
    }

    private <W extends Watcher> W shown(W watcher) {
        kernel.jobs.forEach(watcher::job);
        kernel.waits.forEach(watcher::waited);
        return watcher;
    }

    @Test
    void shouldWriteALineForEachJobAndWait() {
        StringWriter text = new StringWriter();
        shown(new CsvExport(text));
        List<String> lines = text.toString().lines().toList();

        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).startsWith("job,9:1,d,gfx,\"client 3 (a,\"\"b)\",");
        assertThat(lines.get(2)).contains(",complete,30000,140000,140000,190000,193000,163000,100000,10000,0,");
        assertThat(lines.get(3)).startsWith("wait,11:1,,d/gfx,,").contains(",35000,,,200000,193000,165000,");
        long columns = lines.get(0).chars().filter(c -> c == ',').count();
        assertThat(lines.get(3).chars().filter(c -> c == ',').count())
                .as("columns, and a comma in a name")
                .isEqualTo(columns + 1);
    }

    @Test
    void shouldWriteEventsThatChromeReads() throws IOException {
        StringWriter text = new StringWriter();
        shown(new ChromeExport(text)).close();
        JsonNode events = new ObjectMapper().readTree(text.toString()).get("traceEvents");

        List<String> slices = new ArrayList<>();
        events.forEach(e -> {
            if (e.get("ph").asText().equals("X")) {
                slices.add(e.get("name").asText() + " " + e.get("ts").asDouble() + " "
                        + e.get("dur").asDouble());
            }
        });
        assertThat(slices).containsExactly("9:1 20.0 110.0", "11:1 140.0 50.0", "11:1 of d/gfx 35.0 165.0");
    }

    @Test
    void shouldWriteFilesOfPercentiles(@TempDir Path directory) throws IOException {
        shown(new HistogramExport()).write(directory);

        assertThat(Files.readString(directory.resolve("d_gfx.hardware.hgrm")))
                .contains("Total count    =            2");
        assertThat(Files.readString(directory.resolve("jobs.hlog"))).contains("Tag=d_gfx.run-to-end,");
    }

    @Test
    void shouldWriteSlicesAndArrowsOnTracks() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PerfettoExport export = shown(new PerfettoExport(bytes));
        PerfettoTracks read = PerfettoTracks.of(bytes.toByteArray());

        assertThat(export.leftOut()).isZero();
        assertThat(read.broken()).isEmpty();
        assertThat(read.tracks().values())
                .contains("d / gfx", "d / gfx / submission to end (counter)", "d / gfx / signals", "Waits / signals");
        assertThat(read.slices())
                .containsExactlyInAnyOrder(
                        "d / gfx: 9:1 [20000, 130000)",
                        "d / gfx: 11:1 [140000, 190000)",
                        "Clients / client 3 (a,\"b): 9:1 on d/gfx [10000, 130000)",
                        "Clients / client 3 (a,\"b): 11:1 on d/gfx [30000, 190000)",
                        "Waits / a,\"b-10: wait for 11:1 [35000, 200000)");
    }

    /** Protobuf's own compiler knows each field that is written, where it is installed. */
    @Test
    void shouldBeDecodedByProtoc(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(isInstalled("protoc"), "protoc is not installed");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        shown(new PerfettoExport(bytes));
        Path file = Files.write(directory.resolve("trace"), bytes.toByteArray());
        Path decoded = directory.resolve("decoded");
        Path proto = directory.resolve("trace.proto");
        try (InputStream in = Objects.requireNonNull(ExportTest.class.getResourceAsStream("trace.proto"))) {
            Files.copy(in, proto);
        }
        int code = new ProcessBuilder(
                        "protoc", "--decode=perfetto.protos.Trace", "--proto_path=" + directory, proto.toString())
                .redirectInput(file.toFile())
                .redirectOutput(decoded.toFile())
                .redirectErrorStream(true)
                .start()
                .waitFor();
        String text = Files.readString(decoded);

        assertThat(code).as(text).isZero();
        assertThat(text)
                .contains("type: TYPE_SLICE_BEGIN", "name: \"11:1\"", "terminating_flow_ids: 1", "unit: UNIT_TIME_NS");
        assertThat(text.lines())
                .as("fields that the protocol does not know")
                .noneMatch(line -> line.matches(" *[0-9]+[: ].*"));
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    @Test
    void shouldPutWhatOverlapsOnLanesOfItsOwn() {
        FreeLanes lanes = new FreeLanes();

        assertThat(lanes.take(0, 10)).isZero();
        assertThat(lanes.take(5, 12)).isEqualTo(1);
        assertThat(lanes.take(10, 13)).isZero();
        assertThat(lanes.take(1, 14)).isEqualTo(2);
    }
}
