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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.dmafence.ftrace.TraceFormatException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for other programs has what was inspected. */
class ExportTest {
    private final Kernel kernel = new Kernel();

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
    void shouldWriteSlicesThatBeginAndEndOnTheirTracks() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PerfettoExport export = shown(new PerfettoExport(bytes));
        List<Map<Integer, List<Object>>> packets = new ArrayList<>();
        values(message(bytes.toByteArray()), 1).forEach(packet -> packets.add(message((byte[]) packet)));

        Map<Object, String> tracks = new HashMap<>();
        List<String> events = new ArrayList<>();
        List<Object> flowsOut = new ArrayList<>();
        List<Object> flowsIn = new ArrayList<>();
        for (Map<Integer, List<Object>> packet : packets) {
            assertThat(values(packet, 10)).as("sequence").containsExactly(1L);
            if (packet.containsKey(60)) {
                Map<Integer, List<Object>> track = message((byte[]) first(packet, 60));
                tracks.put(first(track, 1), new String((byte[]) first(track, 2), StandardCharsets.UTF_8));
            } else {
                Map<Integer, List<Object>> event = message((byte[]) first(packet, 11));
                flowsOut.addAll(values(event, 47));
                flowsIn.addAll(values(event, 48));
                events.add(first(event, 9) + " " + tracks.get(first(event, 11)) + " " + first(packet, 8));
            }
        }
        assertThat(export.leftOut()).isZero();
        assertThat(events)
                .contains("1 gfx 20000", "2 gfx 130000", "1 gfx 140000", "2 gfx 190000")
                .contains("1 client 3 (a,\"b) 10000", "1 client 3 (a,\"b) 30000", "4 submission to end 190000")
                .contains("3 signals 130000", "3 signals 193000", "1 a,\"b-10 35000", "2 a,\"b-10 200000");
        assertThat(flowsOut).hasSize(2).containsExactlyInAnyOrderElementsOf(flowsIn);
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

    /** The fields of a message: numbers as {@code Long}, all else as bytes. */
    private static Map<Integer, List<Object>> message(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, List<Object>> fields = new HashMap<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            Object value;
            switch ((int) tag & 7) {
                case 0 -> value = varint(in);
                case 1 -> value = in.getLong();
                default -> {
                    byte[] part = new byte[(int) varint(in)];
                    in.get(part);
                    value = part;
                }
            }
            fields.computeIfAbsent((int) (tag >>> 3), f -> new ArrayList<>()).add(value);
        }
        return fields;
    }

    private static List<Object> values(Map<Integer, List<Object>> message, int field) {
        return message.getOrDefault(field, List.of());
    }

    private static Object first(Map<Integer, List<Object>> message, int field) {
        return values(message, field).get(0);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
