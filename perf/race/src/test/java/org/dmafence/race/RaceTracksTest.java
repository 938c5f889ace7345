package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.scenario.Scenarios;
import org.dmafence.rules.PerfettoTracks;
import org.junit.jupiter.api.Test;

class RaceTracksTest {
    private static RaceReport report(String of) throws InterruptedException {
        RaceRun run = new RaceRun(List.of(Memory.WEAK), Search.exhaustive(), () -> false);
        for (Scenario scenario : Scenarios.all()) {
            if (scenario.name().startsWith(of)) {
                scenario.variants().forEach(variant -> run.add(scenario, variant));
            }
        }
        return run.run(line -> {});
    }

    private static byte[] write(RaceReport report) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RaceTracks.write(report, out);
        return out.toByteArray();
    }

    @Test
    void shouldHaveASliceForEachMoveOnItsPartysTrack() throws Exception {
        RaceReport report = report("names-");
        List<Failure> failures = report.results().stream()
                .flatMap(result -> result.failures().stream())
                .toList();
        byte[] file = write(report);
        PerfettoTracks read = PerfettoTracks.of(file);

        assertThat(failures).isNotEmpty();
        assertThat(read.broken()).isEmpty();
        assertThat(read.tracks())
                .hasSize(failures.size()
                        + failures.stream()
                                .mapToInt(failure -> failure.parties().size())
                                .sum());
        assertThat(read.slices())
                .hasSize(failures.size()
                        + failures.stream()
                                .mapToInt(failure -> failure.rows().size())
                                .sum());
        Failure first = failures.get(0);
        assertThat(read.slices())
                .anyMatch(slice -> slice.contains(
                        " / " + first.parties().get(first.rows().get(0).party()) + ": "
                                + first.rows().get(0).text() + " [0, 1000)"));
        assertThat(new String(file, StandardCharsets.UTF_8)).contains(first.detail());
    }

    @Test
    void shouldBeEmptyWhenNothingWasFound() {
        assertThat(write(new RaceReport(List.of("sc"), "exhaustive", 1, null, List.of(), 1)))
                .isEmpty();
    }
}
