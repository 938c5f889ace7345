package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.race.LitmusTest.forbid;
import static org.dmafence.race.Mode.ACQUIRE;
import static org.dmafence.race.Mode.PLAIN;
import static org.dmafence.race.Mode.RELEASE;
import static org.dmafence.race.Mode.VOLATILE;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An atomic change is a load and a store that nobody comes between, and no fence unless it is a full one. */
class ChangeTest {
    /** The three ways to change a variable. */
    enum Strength {
        OPAQUE,
        VOLATILE,
        FULL;

        Reg add(Party party, Var variable) {
            return switch (this) {
                case OPAQUE -> party.changeOpaque("adds", variable, (old, now) -> old + 1);
                case VOLATILE -> party.change("adds", variable, (old, now) -> old + 1);
                case FULL -> party.changeFully("adds", variable, (old, now) -> old + 1);
            };
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OPAQUE, PLAIN, true",
        "OPAQUE, OPAQUE, true",
        "OPAQUE, RELEASE, false",
        "VOLATILE, PLAIN, true",
        "VOLATILE, OPAQUE, true",
        "VOLATILE, RELEASE, false",
        "VOLATILE, VOLATILE, false",
        "FULL, PLAIN, false",
        "FULL, OPAQUE, false",
    })
    void shouldBeOvertakenByLaterStoresThatAreNotOrdered(Strength change, Mode store, boolean overtaken) {
        Consumer<Model> test = model -> {
            Var x = model.shared("x", 0);
            Var y = model.shared("y", 0);
            Party writer = model.party("writer");
            Reg unused = change.add(writer, x);
            writer.store(y, 1, store);
            Party reader = model.party("reader");
            Reg sawY = reader.load(y, ACQUIRE);
            Reg sawX = reader.load(x, PLAIN);
            forbid(model, now -> now.get(sawY) == 1 && now.get(sawX) == 0);
        };
        assertThat(Litmus.allows(Memory.WEAK, test)).isEqualTo(overtaken);
        assertThat(Litmus.allows(Memory.SC, test)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"VOLATILE, ACQUIRE, true", "VOLATILE, VOLATILE, false", "FULL, PLAIN, false"})
    void shouldBeOvertakenByLaterLoadsUnlessTheyAreVolatile(Strength change, Mode load, boolean overtaken) {
        assertThat(Litmus.allows(Memory.WEAK, model -> {
                    Var x = model.shared("x", 0);
                    Var y = model.shared("y", 0);
                    Reg sawY = changeAndLoad(model.party("left"), change, x, y, load);
                    Reg sawX = changeAndLoad(model.party("right"), change, y, x, load);
                    forbid(model, now -> now.get(sawX) == 0 && now.get(sawY) == 0);
                }))
                .isEqualTo(overtaken);
    }

    private static Reg changeAndLoad(Party party, Strength change, Var changed, Var loaded, Mode load) {
        Reg unused = change.add(party, changed);
        return party.load(loaded, load);
    }

    @ParameterizedTest
    @CsvSource({"VOLATILE, true", "FULL, false"})
    void shouldNotOrderAnEarlierStoreAndALaterLoadUnlessFull(Strength change, boolean swapped) {
        assertThat(Litmus.allows(Memory.WEAK, model -> {
                    Var x = model.shared("x", 0);
                    Var y = model.shared("y", 0);
                    Reg sawY = between(model, "left", x, y, change);
                    Reg sawX = between(model, "right", y, x, change);
                    forbid(model, now -> now.get(sawX) == 0 && now.get(sawY) == 0);
                }))
                .isEqualTo(swapped);
    }

    private static Reg between(Model model, String name, Var stored, Var loaded, Strength change) {
        Party party = model.party(name);
        party.store(stored, 1, PLAIN);
        Reg unused = change.add(party, model.shared("counter of " + name, 0));
        return party.load(loaded, PLAIN);
    }

    @Test
    void shouldStoreNothingWhenTheValueStays() {
        // A compare-and-set that fails is a volatile load, which no earlier release store is ordered with.
        assertThat(Litmus.allows(Memory.WEAK, model -> {
                    Var x = model.shared("x", 0);
                    Var y = model.shared("y", 0);
                    Reg sawY = storeAndTry(model.party("left"), x, y);
                    Reg sawX = storeAndTry(model.party("right"), y, x);
                    forbid(model, now -> now.get(sawX) == 0 && now.get(sawY) == 0);
                }))
                .isTrue();
    }

    private static Reg storeAndTry(Party party, Var stored, Var tried) {
        party.store(stored, 1, RELEASE);
        return party.change("tries, in vain", tried, (old, now) -> old);
    }

    @ParameterizedTest
    @EnumSource(Strength.class)
    void shouldLoseNoChange(Strength change) {
        assertThat(Litmus.allows(Memory.WEAK, model -> {
                    Var x = model.shared("x", 0);
                    Var y = model.shared("y", 0);
                    for (String name : new String[] {"one", "two", "three"}) {
                        Party party = model.party(name);
                        Reg unused = change.add(party, x);
                        party.store(y, 1, PLAIN);
                    }
                    forbid(model, now -> now.get(x) != 3);
                }))
                .isFalse();
    }

    @Test
    void shouldLetNobodyStoreBetweenTheLoadAndTheStore() {
        assertThat(Litmus.allows(Memory.WEAK, model -> {
                    Var x = model.shared("x", 0);
                    Party changer = model.party("changer");
                    Reg old = changer.change("adds", x, (value, now) -> value + 1);
                    changer.store(model.shared("y", 0), 1, PLAIN);
                    model.party("storer").store(x, 5, PLAIN);
                    forbid(model, now -> now.get(x) != (now.get(old) == 5 ? 6 : 5));
                }))
                .isFalse();
    }

    @Test
    void shouldNotHoldUpEachOtherWhenTwoChangesFollowStoresOfTheOthersVariable() {
        Outcome outcome = Litmus.explore(Memory.WEAK, model -> {
            Var x = model.shared("x", 0);
            Var y = model.shared("y", 0);
            crosswise(model.party("left"), x, y);
            crosswise(model.party("right"), y, x);
        });
        assertThat(outcome.verdict()).isEqualTo(Outcome.Verdict.CLEAN);
    }

    private static void crosswise(Party party, Var stored, Var changed) {
        party.store(stored, 4, PLAIN);
        Reg unused = party.change("adds", changed, (old, now) -> old + 1);
        party.store(stored, 5, VOLATILE);
    }
}
