package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.dmafence.race.Variant.Role;
import org.dmafence.report.page.Provenance;
import org.dmafence.rules.PageRules;
import org.junit.jupiter.api.Test;

/** For each verdict that is printed, what turns it red: a green one that nothing could turn says nothing. */
class RedTest {
    private static final Variant SOUND = new Variant("sound", "to be clean", Role.SOUND, Set.of());
    private static final Variant MUTANT = new Variant("mutant", "to be found", Role.MUTANT, Set.of());

    private static Scenario scenario(Variant variant, boolean due, Scenario.Build build) {
        return new Scenario(
                "planted",
                "a test",
                List.of(variant),
                (one, law) -> new Question("Is it noticed?", "a test"),
                (one, memory) -> due,
                build);
    }

    private static RaceReport run(Scenario scenario, Search search, boolean stop) throws InterruptedException {
        RaceRun run = new RaceRun(List.of(Memory.SC, Memory.WEAK), search, () -> stop);
        run.add(scenario, scenario.variants().get(0));
        return run.run(progress -> {});
    }

    private static void check(RaceReport report, boolean good, String... words) {
        assertThat(report.good()).isEqualTo(good);
        assertThat(RaceText.of(report, true, false, false)).contains(words);
        String page = RaceHtml.of(report, true, null, Provenance.here("dmafence race"));
        assertThat(PageRules.broken(page)).isEmpty();
        assertThat(PageRules.parse(page).select("td.words.bad").isEmpty()).isEqualTo(good);
        String text = RaceText.of(report, false, true, false);
        String table = text.substring(text.indexOf("variant "), text.indexOf("\n\n", text.indexOf("variant ")));
        assertThat(table.contains("\u001b[31m")).as(table).isEqualTo(!good); // schedules have red lines of their own
    }

    private static void harmless(Model model, Variant variant) {
        model.party("one").act("does something", now -> {});
        model.party("two").act("does something", now -> {});
    }

    private static void broken(Model model, Variant variant) {
        model.party("one").act("does something", now -> now.fail(Litmus.FORBIDDEN, "as planted"));
    }

    private static void deadlocked(Model model, Variant variant) {
        Party party = model.party("one");
        Reg unused = party.await("waits for what nobody does", model.shared("flag", 0), value -> value == 1);
    }

    private static void spinning(Model model, Variant variant) {
        Var flag = model.shared("flag", 0);
        Party party = model.party("one");
        Party.Label again = new Party.Label();
        party.here(again);
        Reg seen = party.load(flag, Mode.ACQUIRE);
        party.when(now -> now.get(seen) == 0, () -> party.jump(again));
    }

    @Test
    void shouldBeCleanWhenSound() throws Exception {
        check(run(scenario(SOUND, false, RedTest::harmless), Search.exhaustive(), false), true, "clean: all schedules");
    }

    @Test
    void shouldFailWhenWhatIsSoundBreaksALaw() throws Exception {
        check(run(scenario(SOUND, false, RedTest::broken), Search.exhaustive(), false), false, "FAILED in planted");
    }

    @Test
    void shouldFailWhenWhatIsSoundIsDeadlocked() throws Exception {
        check(
                run(scenario(SOUND, false, RedTest::deadlocked), Search.exhaustive(), false),
                false,
                "FAILED in planted",
                Law.STUCK.words(),
                "one waits: waits for what nobody does");
    }

    @Test
    void shouldFailWhenWhatIsSoundGoesRoundForEver() throws Exception {
        check(
                run(scenario(SOUND, false, RedTest::spinning), Search.exhaustive(), false),
                false,
                "FAILED in planted",
                Law.LIVELOCK.words(),
                "one goes on and on: reads flag");
    }

    @Test
    void shouldBeNotedWhenAMistakeIsFound() throws Exception {
        check(run(scenario(MUTANT, true, RedTest::broken), Search.exhaustive(), false), true, "found in planted");
    }

    @Test
    void shouldFailWhenAMistakeIsNotFound() throws Exception {
        check(
                run(scenario(MUTANT, true, RedTest::harmless), Search.exhaustive(), false),
                false,
                "NOT FOUND in planted: all schedules");
    }

    @Test
    void shouldFailWhenAMistakeIsNotFoundUpToABound() throws Exception {
        check(
                run(scenario(MUTANT, true, RedTest::harmless), Search.of(Search.Kind.EXHAUSTIVE, 0, 1), false),
                false,
                "NOT FOUND in planted up to 1 move; there are more schedules");
    }

    @Test
    void shouldNotBeGreenWhenNothingWasToBeFoundInAMutant() throws Exception {
        RaceReport report = run(scenario(MUTANT, false, RedTest::harmless), Search.exhaustive(), false);

        check(report, true, "nothing due here, nothing found: all schedules");
        assertThat(report.results()).extracting(Standing::of).containsOnly(Standing.NOTED);
    }

    @Test
    void shouldNotBeGreenWhenBounded() throws Exception {
        RaceReport report =
                run(scenario(SOUND, false, RedTest::harmless), Search.of(Search.Kind.EXHAUSTIVE, 0, 1), false);

        check(report, true, "nothing found up to 1 move; there are more schedules");
        assertThat(report.results()).extracting(Standing::of).containsOnly(Standing.NOTED);
    }

    @Test
    void shouldFailWhenTheStatesDoNotFit() throws Exception {
        Search small = new Search(Search.Kind.EXHAUSTIVE, 0, Search.WHOLE, 0, 2);
        check(
                run(scenario(SOUND, false, RedTest::harmless), small, false),
                false,
                "not finished, too many states in planted");
    }

    @Test
    void shouldFailWhenTheUserStopsIt() throws Exception {
        check(
                run(scenario(SOUND, false, RedTest::harmless), Search.exhaustive(), true),
                false,
                "not finished, stopped in planted");
    }
}
