package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.dmafence.race.Outcome.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who goes round for ever is found, and who only may for as long as another is not let run is not. */
class LivelockTest {
    private static void spinUntil(Party party, Var flag, int value) {
        Party.Label again = new Party.Label();
        party.here(again);
        Reg seen = party.load(flag, Mode.ACQUIRE);
        party.when(now -> now.get(seen) != value, () -> party.jump(again));
    }

    private static void nobodySets(Model model) {
        Var flag = model.shared("flag", 0);
        spinUntil(model.party("spinner"), flag, 1);
        model.party("other").store(flag, 2, Mode.RELEASE);
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldFindASpinLoopThatNeverEnds(Memory memory) {
        Outcome outcome = Litmus.explore(memory, LivelockTest::nobodySets);

        assertThat(outcome.verdict()).isEqualTo(Verdict.FOUND);
        assertThat(Litmus.laws(outcome)).containsExactly("livelock");
        assertThat(Litmus.shortest(outcome).detail()).contains("spinner goes on and on: reads flag");
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldFindNothingWhenTheOtherEndsTheLoopOnceItRuns(Memory memory) {
        assertThat(Litmus.explore(memory, model -> {
                            Var flag = model.shared("flag", 0);
                            spinUntil(model.party("spinner"), flag, 1);
                            model.party("other").store(flag, 1, Mode.RELEASE);
                        })
                        .verdict())
                .isEqualTo(Verdict.CLEAN);
    }

    /** One that gives up waiting looks like it, and is none. */
    @Test
    void shouldShowTheShortestWayIntoIt() {
        Outcome outcome = Litmus.explore(Memory.SC, model -> {
            Var open = model.shared("open", 1);
            Party visitor = model.party("visitor");
            visitor.act("takes its time", now -> {});
            spinUntil(visitor, open, 1);
            Party closer = model.party("closer");
            closer.store(open, 0, Mode.RELEASE);
        });

        assertThat(Litmus.laws(outcome)).containsExactly("livelock");
        assertThat(Litmus.shortest(outcome).moves()).hasSize(1);
    }

    @Test
    void shouldFindItBesideOtherLaws() {
        Consumer<Model> both = model -> {
            nobodySets(model);
            Party third = model.party("third");
            third.act("breaks a law", now -> now.fail(Litmus.FORBIDDEN, "as planted"));
        };
        assertThat(Litmus.laws(Litmus.explore(Memory.SC, both))).containsExactly("livelock", "forbidden");
    }

    @Test
    void shouldFindItAtRandom() {
        Search some = new Search(Search.Kind.RANDOM, 1, Search.WHOLE, 10, 1000);

        assertThat(Litmus.laws(Litmus.explore(Memory.WEAK, some, LivelockTest::nobodySets)))
                .containsExactly("livelock");
    }

    @Test
    void shouldNotTakeALoopThatWasCutForOneThatNeverEnds() {
        Search short1 = Search.of(Search.Kind.EXHAUSTIVE, 0, 2);

        Outcome outcome = Litmus.explore(Memory.SC, short1, model -> {
            Var flag = model.shared("flag", 0);
            spinUntil(model.party("spinner"), flag, 1);
            Party other = model.party("other");
            for (int i = 0; i < 5; i++) {
                other.act("does something else first", now -> {});
            }
            other.store(flag, 1, Mode.RELEASE);
        });
        assertThat(outcome.verdict()).isEqualTo(Verdict.BOUNDED);
    }

    @Test
    void shouldBeRepeatedByItsSchedule() throws Exception {
        Model model = new Model();
        nobodySets(model);
        Machine machine = new Machine(model, Memory.SC);
        List<Move> moves = Litmus.shortest(Litmus.explore(Memory.SC, LivelockTest::nobodySets))
                .moves();

        assertThat(Schedule.of(machine, moves).broken("livelock")).isNotNull();
    }
}
