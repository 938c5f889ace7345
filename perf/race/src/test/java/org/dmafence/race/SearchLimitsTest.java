package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.race.Outcome.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search says that could not, or was not to, look at everything; and that one law does not hide another. */
class SearchLimitsTest {
    private static final Law FATAL = Law.fatal("fatal", "the machine stops");
    private static final Law OTHER = new Law("other", "something else is wrong");

    private static Search atMost(int states) {
        return new Search(Search.Kind.EXHAUSTIVE, 0, Search.WHOLE, 0, states);
    }

    /** Five steps, then one that breaks a law if it is to. */
    private static Outcome line(Search search, boolean broken) {
        return Litmus.explore(Memory.SC, search, model -> {
            Party party = model.party("party");
            for (int i = 0; i < 5; i++) {
                party.act("step", now -> {});
            }
            party.act("the last one", now -> now.check(!broken, Litmus.FORBIDDEN, "as planted"));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6})
    void shouldNotBeCleanWhenThereWasNoRoomForAllStates(int states) {
        Outcome outcome = line(atMost(states), false);

        assertThat(outcome.verdict()).isEqualTo(Verdict.UNFINISHED);
        assertThat(outcome.whole()).isFalse();
    }

    @Test
    void shouldBeCleanWhenTheRoomJustSuffices() {
        assertThat(line(atMost(7), false).verdict()).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void shouldLookAtTheLastMoveThoughThereIsNoRoomForWhereItLeads() {
        Outcome outcome = line(atMost(6), true);

        assertThat(Litmus.laws(outcome)).containsExactly("forbidden");
        assertThat(outcome.whole()).isFalse();
    }

    @Test
    void shouldFindEachOfTwoLawsWithItsOwnShortestSchedule() {
        Outcome outcome = Litmus.explore(Memory.SC, model -> {
            Party one = model.party("one");
            one.act("breaks one", now -> now.fail(FATAL, "one"));
            Party two = model.party("two");
            two.act("prepares", now -> {});
            two.act("breaks another", now -> now.fail(OTHER, "another"));
        });

        assertThat(Litmus.laws(outcome)).containsExactly("fatal", "other");
        assertThat(outcome.failures())
                .extracting(failure -> failure.moves().size())
                .containsExactly(1, 2);
    }

    @Test
    void shouldGoOnAfterALawUnlessTheMachineStops() {
        assertThat(Litmus.laws(Litmus.explore(Memory.SC, model -> twoInARow(model, OTHER, Litmus.FORBIDDEN))))
                .containsExactly("other", "forbidden");
        assertThat(Litmus.laws(Litmus.explore(Memory.SC, model -> twoInARow(model, FATAL, Litmus.FORBIDDEN))))
                .containsExactly("fatal");
    }

    private static void twoInARow(Model model, Law first, Law second) {
        Party party = model.party("party");
        party.act("breaks one", now -> now.fail(first, "first"));
        party.act("breaks another", now -> now.fail(second, "second"));
    }

    @Test
    void shouldFindTwoLawsInOneInstant() {
        assertThat(Litmus.laws(Litmus.explore(Memory.SC, model -> {
                    model.party("party").act("breaks two", now -> {
                        now.fail(OTHER, "one");
                        now.fail(Litmus.FORBIDDEN, "two");
                    });
                    model.atEnd(now -> now.fail(FATAL, "three"));
                })))
                .containsExactlyInAnyOrder("other", "forbidden", "fatal");
    }

    @Test
    void shouldFindBothAtRandomToo() {
        Outcome outcome = Litmus.explore(
                Memory.SC, Search.of(Search.Kind.RANDOM, 3, Search.WHOLE), model -> twoInARow(model, OTHER, FATAL));

        assertThat(Litmus.laws(outcome)).containsExactly("other", "fatal");
        assertThat(outcome.whole()).isFalse();
    }
}
