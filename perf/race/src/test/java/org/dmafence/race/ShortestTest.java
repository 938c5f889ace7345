package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the searches promise of what they find. */
class ShortestTest {
    /** Two add to a counter in two steps, a third just goes its way. */
    private static void counter(Model model) {
        Var count = model.shared("count", 0);
        for (String name : new String[] {"one", "two"}) {
            Party party = model.party(name);
            Reg seen = party.load(count, Mode.VOLATILE);
            party.store(count, now -> now.get(seen) + 1, Mode.VOLATILE);
        }
        model.atEnd(now -> now.check(now.get(count) == 2, Litmus.FORBIDDEN, "lost an update"));
        Party idle = model.party("idle");
        Var other = model.shared("other", 0);
        for (int i = 0; i < 5; i++) {
            idle.store(other, i, Mode.VOLATILE);
        }
    }

    private static int length(Outcome outcome) {
        return Litmus.shortest(outcome).moves().size();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldFindNothingShorterAtRandomThanExhaustively(long seed) {
        Outcome shortest = Litmus.explore(Memory.SC, ShortestTest::counter);
        Outcome some =
                Litmus.explore(Memory.SC, Search.of(Search.Kind.RANDOM, seed, Search.WHOLE), ShortestTest::counter);

        assertThat(some.verdict()).isEqualTo(Outcome.Verdict.FOUND);
        assertThat(length(some)).as("seed %d", seed).isGreaterThanOrEqualTo(length(shortest));
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldFindNothingBelowTheShortestWhenBounded(Memory memory) {
        int length = length(Litmus.explore(memory, ShortestTest::counter));

        Outcome below = Litmus.explore(memory, Search.of(Search.Kind.EXHAUSTIVE, 0, length - 1), ShortestTest::counter);
        Outcome at = Litmus.explore(memory, Search.of(Search.Kind.EXHAUSTIVE, 0, length), ShortestTest::counter);

        assertThat(below.verdict()).isEqualTo(Outcome.Verdict.BOUNDED);
        assertThat(below.failures()).isEmpty();
        assertThat(at.verdict()).isEqualTo(Outcome.Verdict.FOUND);
    }

    @Test
    void shouldRepeatARandomSearchWhenTheSeedIsTheSame() {
        Search search = Search.of(Search.Kind.RANDOM, 42, Search.WHOLE);

        Outcome first = Litmus.explore(Memory.WEAK, search, ShortestTest::counter);
        Outcome second = Litmus.explore(Memory.WEAK, search, ShortestTest::counter);

        assertThat(first.failures()).isNotEmpty().isEqualTo(second.failures());
    }

    @Test
    void shouldCountEveryStateWhenNothingIsFound() {
        Outcome outcome = Litmus.explore(Memory.SC, model -> {
            for (int i = 0; i < 2; i++) {
                Party party = model.party("party " + i);
                for (int step = 0; step < 3; step++) {
                    party.act("step", now -> {});
                }
            }
        });

        assertThat(outcome.verdict()).isEqualTo(Outcome.Verdict.CLEAN);
        assertThat(outcome.states()).isEqualTo(4 * 4);
        assertThat(outcome.transitions()).isEqualTo(2 * 3 * 4);
        assertThat(outcome.depth()).isEqualTo(6);
    }
}
