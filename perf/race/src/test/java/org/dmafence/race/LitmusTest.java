package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.race.Mode.ACQUIRE;
import static org.dmafence.race.Mode.OPAQUE;
import static org.dmafence.race.Mode.PLAIN;
import static org.dmafence.race.Mode.RELEASE;
import static org.dmafence.race.Mode.VOLATILE;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The litmus tests that everybody knows, with the answers that the package promises. */
class LitmusTest {
    @ParameterizedTest
    @CsvSource({"PLAIN, PLAIN, true", "OPAQUE, OPAQUE, true", "RELEASE, ACQUIRE, true", "VOLATILE, VOLATILE, false"})
    void shouldAllowStoreBufferingOnlyWhenMemoryIsWeakAndNotVolatile(Mode store, Mode load, boolean allowed) {
        Consumer<Model> test = model -> {
            Var x = model.shared("x", 0);
            Var y = model.shared("y", 0);
            Party left = model.party("left");
            left.store(x, 1, store);
            Reg sawY = left.load(y, load);
            Party right = model.party("right");
            right.store(y, 1, store);
            Reg sawX = right.load(x, load);
            forbid(model, now -> now.get(sawX) == 0 && now.get(sawY) == 0);
        };
        assertThat(Litmus.allows(Memory.WEAK, test)).isEqualTo(allowed);
        assertThat(Litmus.allows(Memory.SC, test)).isFalse();
    }

    @Test
    void shouldForbidStoreBufferingWhenThereAreFences() {
        assertThat(Litmus.allows(Memory.WEAK, model -> {
                    Var x = model.shared("x", 0);
                    Var y = model.shared("y", 0);
                    Party left = model.party("left");
                    left.store(x, 1, PLAIN);
                    left.fence();
                    Reg sawY = left.load(y, PLAIN);
                    Party right = model.party("right");
                    right.store(y, 1, PLAIN);
                    Reg unused = right.changeFully("swaps y", y, (old, now) -> old);
                    Reg sawX = right.load(x, PLAIN);
                    forbid(model, now -> now.get(sawX) == 0 && now.get(sawY) == 0);
                }))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN, PLAIN, true",
        "RELEASE, OPAQUE, true",
        "OPAQUE, ACQUIRE, true",
        "RELEASE, ACQUIRE, false",
        "VOLATILE, VOLATILE, false"
    })
    void shouldPassMessagesOnlyWhenReleaseMeetsAcquire(Mode store, Mode load, boolean lost) {
        Consumer<Model> test = model -> {
            Var data = model.shared("data", 0);
            Var flag = model.shared("flag", 0);
            Party sender = model.party("sender");
            sender.store(data, 1, PLAIN);
            sender.store(flag, 1, store);
            Party receiver = model.party("receiver");
            Reg sawFlag = receiver.load(flag, load);
            Reg sawData = receiver.load(data, PLAIN);
            forbid(model, now -> now.get(sawFlag) == 1 && now.get(sawData) == 0);
        };
        assertThat(Litmus.allows(Memory.WEAK, test)).isEqualTo(lost);
        assertThat(Litmus.allows(Memory.SC, test)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void shouldLoadEarlyPastABranchButNotPastTheLoadOfItsAddress(boolean dependent, boolean lost) {
        assertThat(Litmus.allows(Memory.WEAK, model -> {
                    Var data = model.shared("data", 0);
                    Var pointer = model.shared("pointer", 0);
                    Party sender = model.party("sender");
                    sender.store(data, 1, PLAIN);
                    sender.store(pointer, 1, RELEASE);
                    Party receiver = model.party("receiver");
                    Reg sawPointer = receiver.load(pointer, OPAQUE);
                    Reg sawData = receiver.reg("data");
                    receiver.when(now -> now.get(sawPointer) == 1, () -> {
                        if (dependent) {
                            receiver.loadThrough(sawData, data, PLAIN, pointer);
                        } else {
                            receiver.load(sawData, data, PLAIN);
                        }
                    });
                    forbid(model, now -> now.get(sawPointer) == 1 && now.get(sawData) == 0);
                }))
                .isEqualTo(lost);
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN, PLAIN, true",
        "OPAQUE, OPAQUE, true",
        "ACQUIRE, PLAIN, false",
        "PLAIN, RELEASE, false",
        "VOLATILE, VOLATILE, false"
    })
    void shouldAllowLoadBufferingOnlyWhenNeitherLoadNorStoreIsOrdered(Mode load, Mode store, boolean allowed) {
        Consumer<Model> test = model -> {
            Var x = model.shared("x", 0);
            Var y = model.shared("y", 0);
            Reg left = buffer(model.party("left"), x, load, y, store);
            Reg right = buffer(model.party("right"), y, load, x, store);
            forbid(model, now -> now.get(left) == 1 && now.get(right) == 1);
        };
        assertThat(Litmus.allows(Memory.WEAK, test)).isEqualTo(allowed);
        assertThat(Litmus.allows(Memory.SC, test)).isFalse();
    }

    private static Reg buffer(Party party, Var from, Mode load, Var to, Mode store) {
        Reg seen = party.load(from, load);
        party.store(to, 1, store);
        return seen;
    }

    @Test
    void shouldTakeNothingFromThinAirWhenStoresDependOnLoads() {
        assertThat(Litmus.allows(Memory.WEAK, model -> {
                    Var x = model.shared("x", 0);
                    Var y = model.shared("y", 0);
                    Party left = model.party("left");
                    Reg sawX = left.load(x, PLAIN);
                    left.store(y, now -> now.get(sawX), PLAIN);
                    Party right = model.party("right");
                    Reg sawY = right.load(y, PLAIN);
                    right.when(now -> now.get(sawY) == 1, () -> right.store(x, 1, PLAIN));
                    forbid(model, now -> now.get(sawX) != 0);
                }))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldKeepOneVariableInOrderWhateverTheMemory(Memory memory) {
        assertThat(Litmus.allows(memory, model -> {
                    Var x = model.shared("x", 0);
                    Party writer = model.party("writer");
                    writer.store(x, 1, PLAIN);
                    writer.store(x, 2, PLAIN);
                    Party reader = model.party("reader");
                    Reg first = reader.load(x, PLAIN);
                    Reg second = reader.load(x, PLAIN);
                    forbid(model, now -> now.get(first) > now.get(second) || now.get(x) != 2);
                }))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldReadItsOwnStoresWhateverTheMemory(Memory memory) {
        assertThat(Litmus.allows(memory, model -> {
                    Var x = model.shared("x", 0);
                    Party writer = model.party("writer");
                    writer.store(x, 1, PLAIN);
                    Reg seen = writer.load(x, PLAIN);
                    Reg old = writer.change("adds", x, (value, now) -> value + 1);
                    model.party("other").store(model.shared("y", 0), 1, PLAIN);
                    forbid(model, now -> now.get(seen) != 1 || now.get(old) != 1 || now.get(x) != 2);
                }))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"ACQUIRE, false", "OPAQUE, true"})
    void shouldShowStoresToAllInOneOrderWhenReadersAcquire(Mode load, boolean allowed) {
        assertThat(Litmus.allows(Memory.WEAK, model -> {
                    Var x = model.shared("x", 0);
                    Var y = model.shared("y", 0);
                    model.party("writes x").store(x, 1, PLAIN);
                    model.party("writes y").store(y, 1, PLAIN);
                    Party one = model.party("one");
                    Reg oneX = one.load(x, load);
                    Reg oneY = one.load(y, load);
                    Party two = model.party("two");
                    Reg twoY = two.load(y, load);
                    Reg twoX = two.load(x, load);
                    forbid(
                            model,
                            now -> now.get(oneX) == 1
                                    && now.get(oneY) == 0
                                    && now.get(twoY) == 1
                                    && now.get(twoX) == 0);
                }))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepVolatileLoadsBehindVolatileStoresOnly(Mode load) {
        // Dekker with one volatile side: only the pair is ordered.
        boolean allowed = Litmus.allows(Memory.WEAK, model -> {
            Var x = model.shared("x", 0);
            Var y = model.shared("y", 0);
            Party left = model.party("left");
            left.store(x, 1, VOLATILE);
            Reg sawY = left.load(y, load == RELEASE ? ACQUIRE : load);
            Party right = model.party("right");
            right.store(y, 1, VOLATILE);
            Reg sawX = right.load(x, VOLATILE);
            forbid(model, now -> now.get(sawX) == 0 && now.get(sawY) == 0);
        });
        assertThat(allowed).isEqualTo(load != VOLATILE);
    }

    static void forbid(Model model, Instant.Test end) {
        model.atEnd(now -> now.check(!end.at(now), Litmus.FORBIDDEN, "as forbidden"));
    }
}
