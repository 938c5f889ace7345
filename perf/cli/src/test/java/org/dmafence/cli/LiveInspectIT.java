package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dmafence.actors.DriverHandle;
import org.dmafence.actors.EntityHandle;
import org.dmafence.actors.EntitySpec;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.actors.JobHandle;
import org.dmafence.actors.JobSpec;
import org.dmafence.actors.SchedulerHandle;
import org.dmafence.actors.SchedulerSpec;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.rules.PerfettoTracks;
import org.dmafence.trace.FlightRecording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an embedded subsystem records is inspected like a kernel's capture: the answers are what this test did. */
class LiveInspectIT {
    private static final String DEVICE = "0000:04:00.0";
    private static final int FRAMES = 5;
    private static final long UPLOAD_NS = 500_000;
    private static final long DRAW_NS = 1_000_000;

    @TempDir
    private Path directory;

    private final List<JobHandle> uploads = new ArrayList<>();
    private final List<JobHandle> draws = new ArrayList<>();

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Path jar() throws IOException {
        try (Stream<Path> jars = Files.list(CommandRun.DRIVERS)) {
            return jars.filter(jar -> String.valueOf(jar.getFileName()).startsWith("dmafence-amdgpu"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static SchedulerHandle open(FenceSubsystem subsystem, DriverHandle driver, String ring) {
        String issuer = driver.issuers().get(0).name();
        return join(subsystem.openScheduler(driver, SchedulerSpec.of(new RingSpec(DEVICE, ring, issuer, 16))));
    }

    private static String name(DmaFence fence) {
        return Long.toUnsignedString(fence.context()) + ":" + Long.toUnsignedString(fence.seqno());
    }

    /** Frames of a game: each is uploaded on one ring and drawn on another; and one job that never ends. */
    private Path record() throws Exception {
        Path file = directory.resolve("run.jfr");
        try (SubsystemHost host = SubsystemHost.start(FenceRuntime.builder().build())) {
            FenceSubsystem subsystem = host.subsystem();
            DriverHandle driver = join(subsystem.load(jar(), "amdgpu"));
            SchedulerHandle sdma = open(subsystem, driver, "sdma0");
            SchedulerHandle gfx = open(subsystem, driver, "gfx");
            EntityHandle loader =
                    subsystem.openEntity(sdma, EntitySpec.of("loader").withClientId(4));
            EntityHandle game = subsystem.openEntity(gfx, EntitySpec.of("game").withClientId(3));
            try (FlightRecording recording = subsystem.recordTo(file)) {
                assertThat(recording.file()).isEqualTo(file);
                for (int frame = 1; frame <= FRAMES; frame++) {
                    JobHandle upload = subsystem.submit(loader, JobSpec.of(RingJob.lasting(frame, UPLOAD_NS)));
                    uploads.add(upload);
                    draws.add(subsystem.submit(
                            game, JobSpec.of(RingJob.lasting(frame, DRAW_NS)).after(upload.finished())));
                }
                DmaFence last = draws.get(FRAMES - 1).finished();
                assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
                JobHandle endless = subsystem.submit(loader, JobSpec.of(RingJob.external(FRAMES + 1)));
                assertThat(endless.scheduled().await(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(join(sdma.engine().complete(FRAMES + 1, null))).isTrue(); // or the host waits for it
        }
        return file;
    }

    private static JsonNode inspect(String... args) throws Exception {
        List<String> all = new ArrayList<>(List.of("inspect"));
        all.addAll(List.of(args));
        all.addAll(List.of("--format", "json"));
        CommandRun run = CommandRun.of(all.toArray(new String[0]));
        assertThat(run.code()).as(run.err()).isZero();
        return new JsonMapper().readTree(run.out());
    }

    private static JsonNode find(JsonNode rows, String field, String value) {
        for (JsonNode row : rows) {
            if (row.at("/" + field).asText().equals(value)) {
                return row;
            }
        }
        throw new AssertionError("no " + field + " " + value + " in " + rows);
    }

    @Test
    void shouldAnswerWhatTheTestKnows() throws Exception {
        String file = record().toString();
        JsonNode report = inspect(file);

        assertThat(report.at("/jobs/seen").asLong()).isEqualTo(2 * FRAMES + 1);
        assertThat(report.at("/jobs/complete").asLong()).isEqualTo(2 * FRAMES);
        assertThat(report.at("/jobs/running").asLong()).isEqualTo(1);
        assertThat(report.at("/rings")).hasSize(2);
        JsonNode gfx = find(report.at("/rings"), "ring", "gfx");
        assertThat(gfx.at("/device").asText()).isEqualTo(DEVICE);
        assertThat(gfx.at("/jobs").asLong()).isEqualTo(FRAMES);
        assertThat(gfx.at("/runToEndNs/count").asLong()).isEqualTo(FRAMES);
        assertThat(gfx.at("/runToEndNs/p50").asLong()).isGreaterThanOrEqualTo(DRAW_NS * 9 / 10); // of another clock
        assertThat(gfx.at("/hardwareNs/count").asLong()).isEqualTo(FRAMES);
        assertThat(find(report.at("/rings"), "ring", "sdma0").at("/jobs").asLong())
                .isEqualTo(FRAMES + 1);
        assertThat(find(report.at("/clients"), "client", "client 3 (game)")
                        .at("/jobs")
                        .asLong())
                .isEqualTo(FRAMES);
        assertThat(find(report.at("/clients"), "client", "client 4 (loader)")
                        .at("/jobs")
                        .asLong())
                .isEqualTo(FRAMES + 1);
        assertThat(report.at("/waits").toString())
                .contains(name(draws.get(FRAMES - 1).finished()));
    }

    @Test
    void shouldTellWhatAJobWaitedFor() throws Exception {
        String file = record().toString();
        JsonNode job = inspect(file, "--job", name(draws.get(0).finished())).at("/story/job");

        assertThat(job.at("/fate").asText()).isEqualTo("COMPLETE");
        assertThat(job.at("/dependencies").toString())
                .contains(name(uploads.get(0).finished()));
    }

    @Test
    void shouldBeReplayedAndExportedLikeAKernels() throws Exception {
        String file = record().toString();
        Path tracks = directory.resolve("run.pftrace");
        JsonNode ignored = inspect(file, "--perfetto", tracks.toString());
        assertThat(ignored).isNotEmpty();
        assertThat(PerfettoTracks.of(Files.readAllBytes(tracks)).broken()).isEmpty();

        CommandRun run = CommandRun.of("compare", file, "--shims", "i915,vgem", "--format", "json");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode compared = new JsonMapper().readTree(run.out());
        assertThat(compared.at("/input/traces/0/fates/replayed").asLong()).isEqualTo(2 * FRAMES);
        JsonNode dependencies = compared.at("/input/traces/0/dependencies");
        assertThat(dependencies.at("/finished").asLong()
                        + dependencies.at("/foreign").asLong())
                .as("foreign where the other ring's scheduler came first")
                .isEqualTo(FRAMES);
        assertThat(compared.at("/shims/0/jobs/finished").asLong()).isEqualTo(2 * FRAMES);
    }
}
