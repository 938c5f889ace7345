package org.dmafence.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.inspect.Part.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others recorded, where it lies beside the project, with answers that were found by other means. */
class PublicInspectionTest {
    private static final Path PUBLIC = Path.of("..", "..", "..", "shared", "traces", "public");

    private static Inspection inspect(String name) throws TraceFormatException {
        Path file = PUBLIC.resolve(name);
        assumeTrue(Files.exists(file), () -> file + " is not here");
        try (TraceReader reader = TraceReader.openAll(file)) {
            return Inspector.read(reader, InspectSelection.ALL, new Watchers(List.of()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpuvis-amdgpu.zip", "gpuvis-amdgpu-v7-zstd.dat", "gpuvis-amdgpu-report.txt.gz"})
    void shouldFindTheSameInEveryFormOfACapture(String name) throws TraceFormatException {
        Inspection report = inspect(name);
        RingRow gfx = report.rings().get(0);

        assertThat(report.jobs()).isEqualTo(new JobTally(783, 641, 0, 142, 0, 0, 0, 0));
        assertThat(report.sound()).isTrue();
        assertThat(report.stuck()).isEmpty();
        assertThat(gfx.ring()).isEqualTo("gfx");
        assertThat(gfx.runToEndNs().count()).isEqualTo(639);
        assertThat(gfx.runToEndNs().max()).isBetween(5_155_000L, 5_165_000L);
        assertThat(report.clients().get(0).client()).isEqualTo("RenderThread-25155");
    }

    @Test
    void shouldAnswerBothQuestionsOfAJobsTime() throws TraceFormatException {
        JobStory third = inspect("perfetto-drm_sched.pftrace").slowest().stream()
                .filter(job -> job.id().equals("13483"))
                .findFirst()
                .orElseThrow();

        assertThat(third.parts()).extracting(Part::kind).containsExactly(Kind.TURN, Kind.BEHIND, Kind.HARDWARE);
        assertThat(third.parts().get(2).ns()).isEqualTo(25_156);
        assertThat(third.parts().get(1).ns() + third.parts().get(2).ns()).isEqualTo(6_756_993);
    }

    @Test
    void shouldTellAWaitsSignalFromItsEnd() throws TraceFormatException {
        WaitStory wait = inspect("perfetto-drm_dma_fence.pftrace").waits().get(0);

        assertThat(wait.pid()).isEqualTo(144);
        assertThat(wait.totalNs()).isEqualTo(4_867_658);
        assertThat(wait.parts()).last().satisfies(part -> {
            assertThat(part.kind()).isEqualTo(Kind.RETURN);
            assertThat(part.ns()).isBetween(168_000L, 169_500L);
        });
    }
}
