package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What inspect prints and writes, as a user runs it. */
class InspectIT {
    private static final String RICH = "linux-7.2-sched-rich.txt";

    private static final String HANG = """
            # tracer: nop
            app-10 [000] ..... 0.000010: drm_sched_job_queue: dev=d, fence=9:1, ring=gfx, job count:0, hw job count:0, client_id:3
            gfx-77 [001] ..... 0.000020: drm_sched_job_run: dev=d, fence=9:1, ring=gfx, job count:0, hw job count:0, client_id:3
            app-10 [000] ..... 0.000030: drm_sched_job_queue: dev=d, fence=9:2, ring=gfx, job count:0, hw job count:1, client_id:3
            app-10 [000] ..... 9.000000: other: x
            """;

    @TempDir
    private Path directory;

    @Test
    void shouldSayWhatAShippedCaptureHolds() {
        CommandRun run = CommandRun.of("inspect", RICH);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("No job hangs: of 15, 15 ended", "Slowest jobs", "can't answer");
    }

    @Test
    void shouldEndWithAFindingWhenAJobHangs() throws Exception {
        Path file = Files.writeString(directory.resolve("hang.txt"), HANG);
        CommandRun run = CommandRun.of("inspect", file.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("9:1 of d/gfx (client 3 (app)) hangs");
    }

    @Test
    void shouldPrintJsonOfItsSchema() throws Exception {
        String json = CommandRun.of("inspect", RICH, "--format", "json", "--job", "1006:4")
                .out();
        JsonSchemas.check(json);
        JsonNode report = new JsonMapper().readTree(json);

        assertThat(report.at("/jobs/complete").asLong()).isEqualTo(15);
        assertThat(report.at("/story/job/fence").asText()).isEqualTo("1006:4");
    }

    @Test
    void shouldWriteEveryExport() {
        Path perfetto = directory.resolve("out.pftrace");
        Path chrome = directory.resolve("out.json");
        Path csv = directory.resolve("out.csv");
        Path hgrm = directory.resolve("out");
        CommandRun run = CommandRun.of(
                "inspect",
                RICH,
                "--perfetto",
                perfetto.toString(),
                "--chrome",
                chrome.toString(),
                "--csv",
                csv.toString(),
                "--hgrm",
                hgrm.toString());

        assertThat(run.code()).as(run.err()).isZero();
        for (Path file : List.of(perfetto, chrome, csv, hgrm.resolve("jobs.hlog"))) {
            assertThat(file).isNotEmptyFile();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--job, 1:1, has no such job",
        "--job, x, a fence is CONTEXT:SEQNO",
        "--fence, 7:7, has no such fence",
        "--fence, 99999999999999999999:1, a fence is CONTEXT:SEQNO"
    })
    void shouldRefuseAFenceThatIsNotThere(String option, String fence, String reason) {
        CommandRun run = CommandRun.of("inspect", RICH, option, fence);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(reason).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--ring, nonsense, 'has no such ring; it has '",
        "--client, nobody, 'has nothing of such a client; it has oracle-w1-21, '",
        "--between, x 2, '--between x: no capture has that time'",
        "--between, 1e99999999 2, '--between 1e99999999: no capture has that time'",
        "--between, 1 1e-99999999, '--between 1e-99999999: no capture has that time'",
        "--between, 1 2, 'has no job and no wait then; it lasts from '"
    })
    void shouldSayWhatThereIsWhereNothingWasAskedFor(String option, String values, String reason) {
        List<String> words = new ArrayList<>(List.of("inspect", RICH, option));
        words.addAll(List.of(values.split(" ", -1)));
        CommandRun run = CommandRun.of(words.toArray(new String[0]));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(reason).hasLineCount(1);
    }

    @Test
    void shouldRefuseTimesThatGoBack() {
        CommandRun run = CommandRun.of("inspect", RICH, "--between", "5", "1");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("the second is before the first");
    }

    @Test
    void shouldRefuseToWriteExportsOfSeveralCaptures() {
        CommandRun run = CommandRun.of(
                "inspect", RICH, RICH, "--csv", directory.resolve("out.csv").toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("one capture");
    }

    @Test
    void shouldHoldACaptureAgainstAnEarlierOne() {
        CommandRun run = CommandRun.of("inspect", RICH, "--baseline", "msm-sched-ring0.txt");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("Changed since msm-sched-ring0.txt", "is new", "is gone");
    }

    @Test
    void shouldInspectSeveralCaptures() {
        CommandRun run = CommandRun.of("inspect", RICH, "msm-sched-ring0.txt");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains(RICH + ": ftrace text", "msm-sched-ring0.txt: ftrace text");
    }
}
