package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.scenario.Scenarios;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every schedule that is found can be written to a file and be made again from it. */
class RaceReplayTest {
    @TempDir
    private Path directory;

    static Stream<Arguments> findings() {
        return Explored.results().stream()
                .flatMap(result -> result.failures().stream()
                        .map(failure -> Arguments.of(Replay.caseName(result, failure), result, failure)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("findings")
    void shouldBreakTheSameLawAgainWhenReplayed(String name, Result found, Failure failure) throws Exception {
        Path file = directory.resolve(Replay.fileName(found, failure));
        Files.writeString(file, Replay.of(found, failure).json());

        Replay read = Replay.read(file);
        RaceReport again = read.run(Scenarios.all());

        assertThat(read.confirmedBy(again)).isTrue();
        assertThat(again.results()).singleElement().satisfies(result -> {
            assertThat(result.failures()).containsExactly(failure);
            assertThat(Replay.caseName(result, failure)).isEqualTo(name);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | is not JSON",
                "[] | is no schedule",
                "{\"format\": \"dmafence-race-1\"} | has no text 'scenario'",
                "{\"format\": \"dmafence-race-1\", \"scenario\": \"poll-vs-unload\", \"variant\": \"v5\", \"memory\": \"sc\","
                        + " \"law\": \"x\", \"moves\": [{\"party\": -1}]} | has no small number 'party'",
            })
    void shouldSayWhatIsWrongWhenTheFileIsNone(String content, String problem) throws Exception {
        Path file = directory.resolve("schedule.json");
        Files.writeString(file, content);

        assertThatThrownBy(() -> Replay.read(file))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining("schedule.json");
    }

    @ParameterizedTest
    @CsvSource({
        "nosuch, v5, sc, 0, step, there is no scenario 'nosuch'",
        "poll-vs-unload, nosuch, sc, 0, step, has no variant 'nosuch'",
        "poll-vs-unload, v5, nosuch, 0, step, there is no memory 'nosuch'",
        "poll-vs-unload, v5, sc, 0, leap, there is no move 'leap'",
        "poll-vs-unload, v5, sc, 5, step, move 1 (party 5",
        "poll-vs-unload, v5, sc, 0, drain, move 1 (party 0",
        "poll-vs-unload, v5, sc, 0, quiesce, move 1 (party 0"
    })
    void shouldSayWhatIsWrongWhenTheScheduleDoesNotFit(
            String scenario, String variant, String memory, int party, String how, String problem) {
        Replay replay = new Replay(
                "dmafence-race-1", scenario, variant, memory, "any", List.of(new Schedule.Row(party, how, 0, "")));

        assertThatThrownBy(() -> replay.run(Scenarios.all()))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void shouldConfirmNothingWhenTheScheduleEndsEarly() throws Exception {
        Replay replay = new Replay(
                "dmafence-race-1",
                "poll-vs-unload",
                "v5",
                "sc",
                "freed-table",
                List.of(new Schedule.Row(0, "step", 0, "")));

        assertThat(replay.confirmedBy(replay.run(Scenarios.all()))).isFalse();
    }
}
