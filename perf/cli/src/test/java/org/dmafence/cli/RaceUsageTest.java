package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.dmafence.rules.PageRules;
import org.dmafence.rules.PerfettoTracks;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RaceUsageTest {
    @TempDir
    private Path directory;

    private CommandRun race(String arguments) {
        return CommandRun.with(directory, ("race " + arguments).split(" "));
    }

    @Test
    void shouldAnswerTheReviewersQuestion() {
        CommandRun run = race("poll-vs-signal --variant v5-detach --memory sc");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("Couldn't is_signaled still race, since there is no !ops test?")
                .contains("signaled is looked up in a null table")
                .contains("1 search, 1 with a finding");
    }

    @Test
    void shouldWriteWhatItFoundAsTracks() throws Exception {
        Path file = directory.resolve("found.pftrace");
        CommandRun run = race("poll-vs-signal --variant v5-detach --memory sc --perfetto " + file);

        assertThat(run.code()).as(run.err()).isZero();
        PerfettoTracks tracks = PerfettoTracks.of(Files.readAllBytes(file));
        assertThat(tracks.broken()).isEmpty();
        assertThat(tracks.slices()).anyMatch(slice -> slice.contains("poll-vs-signal, v5-detach"));
        assertThat(race("poll-vs-signal --perfetto /proc/nosuch/x").err())
                .contains("--perfetto /proc/nosuch/x can't be");
    }

    @Test
    void shouldBeCleanWhenTheProtocolIsSound() {
        CommandRun run = race("poll-vs-unload names-vs-unload --variant 7.2.13,ours");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("clean: all schedules", "8 searches, 0 with a finding");
    }

    @Test
    void shouldWriteFilesThatReplay() throws Exception {
        Path found = directory.resolve("found");

        CommandRun wrote = race("poll-vs-unload --variant v5 --format html --out " + directory.resolve("race.html")
                + " --save " + found);
        CommandRun again =
                race(found.resolve("poll-vs-unload.v5.weak.freed-table.json").toString());

        assertThat(wrote.code()).isZero();
        Document page = PageRules.parse(Files.readString(directory.resolve("race.html")));
        assertThat(page.select("dd a").eachAttr("href"))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(directory.resolve(link)).isRegularFile());
        assertThat(page.text()).contains("dmafence race poll-vs-unload --variant v5");
        assertThat(again.code()).isZero();
        assertThat(again.out()).contains("poll-vs-unload, v5, memory weak", "one schedule, from a file");
    }

    @Test
    void shouldFailWhenAScheduleBreaksItsLawNoMore() throws Exception {
        Path found = directory.resolve("found");
        assertThat(race("poll-vs-unload --variant v5 --memory sc --save " + found)
                        .code())
                .isZero();
        Path file = found.resolve("poll-vs-unload.v5.sc.freed-table.json");
        String json = Files.readString(file);
        JsonSchemas.check(json);
        Files.writeString(file, json.replace("freed-table", "wrong-name"));
        CommandRun run = race(file.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("does not break the law 'wrong-name' any more");
    }

    @Test
    void shouldReportAsJsonWhenAskedTo() {
        CommandRun run = race("trace-vs-signal --variant merged --memory sc --format json");

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("{").contains("\"law\" : \"null-table\"", "\"memories\" : [ \"sc\" ]");
    }

    @Test
    void shouldFindByChanceWhatIsThereAndSayTheSeed() {
        CommandRun run = race("poll-vs-unload --variant v5-detach --memory sc --search random --seed 7");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("--seed 7", "1 with a finding");
    }

    @Test
    void shouldFailWhenTheMistakeIsBeyondTheBound() {
        CommandRun run = race("poll-vs-unload --variant v5 --memory sc --bound 5");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("NOT FOUND in poll-vs-unload up to 5 moves; there are more");
    }

    @Test
    void shouldSayHowFarItLookedWhenASoundFormIsBounded() {
        CommandRun run = race("poll-vs-unload --variant ours --memory sc --bound 5");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("nothing found up to 5 moves; there are more schedules");
    }

    @Test
    void shouldFailWhenThereIsNoRoomForAllStates() {
        CommandRun run = race("poll-vs-unload --variant ours --memory sc --max-states 50");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("not finished, too many states in poll-vs-unload")
                .doesNotContain("clean");
    }

    @Test
    void shouldNotCallAMutantCleanWhereItsMistakeDoesNotShow() {
        CommandRun run = race("names-vs-signal --variant barrier-forgotten");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("nothing due here, nothing found").doesNotContain("clean");
    }

    @Test
    void shouldListScenariosAndVariants() {
        CommandRun run = race("--list");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("merge-vs-signal", "barrier-forgotten");
    }

    @ParameterizedTest
    @CsvSource({
        "nosuch, there are poll-vs-unload",
        "--variant nosuch, there are before",
        "can-queue-vs-free --variant v5, see --list",
        "--bound 0, use 1 or more",
        "--bound x, --bound",
        "--max-states 0, use 1 or more",
        "--memory strong, --memory",
        "/nosuch, name a file that race --save wrote",
        "--save /proc/nosuch, name a directory you may write to"
    })
    void shouldSayWhatToDoInOneLineWhenInputIsBad(String arguments, String remedy) {
        CommandRun run = race(arguments);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines().findFirst().orElse(""))
                .startsWith("dmafence: ")
                .contains(remedy);
        assertThat(run.err()).doesNotContain("\tat ");
    }

    @Test
    void shouldNameTheFileWhenAScheduleIsDamaged() throws Exception {
        Path file = directory.resolve("damaged.json");
        Files.writeString(file, "{");
        CommandRun run = race(file.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("damaged.json is not JSON");
    }

    @Test
    void shouldFitAHundredColumnsWhenHelpIsAskedFor() {
        CommandRun run = race("--help");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Examples:", "--save");
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }
}
