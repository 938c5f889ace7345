package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.race.LitmusTest.forbid;
import static org.dmafence.race.Mode.OPAQUE;
import static org.dmafence.race.Mode.PLAIN;
import static org.dmafence.race.Mode.VOLATILE;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Grace periods, locks and sleeping. */
class SynchronizationTest {
    @ParameterizedTest
    @CsvSource({"true, SC, false", "true, WEAK, false", "false, SC, true", "false, WEAK, true"})
    void shouldEndAGracePeriodAfterTheSectionsThatBeganBeforeIt(boolean section, Memory memory, boolean spanned) {
        assertThat(Litmus.allows(memory, model -> {
                    Var before = model.shared("before", 0);
                    Var after = model.shared("after", 0);
                    Party reader = model.party("reader");
                    if (section) {
                        reader.rcuLock();
                    }
                    Reg sawBefore = reader.load(before, PLAIN);
                    Reg sawAfter = reader.load(after, PLAIN);
                    if (section) {
                        reader.rcuUnlock();
                    }
                    update(model.party("updater"), before, after);
                    forbid(model, now -> now.get(sawBefore) == 0 && now.get(sawAfter) == 1);
                }))
                .isEqualTo(spanned);
    }

    @ParameterizedTest
    @CsvSource({"true, WEAK", "true, SC", "false, WEAK", "false, SC"})
    void shouldShowWhatCameBeforeToWhoeverSeesWhatCameAfter(boolean section, Memory memory) {
        // Outside of sections too, because a grace period is a barrier on every processor.
        assertThat(Litmus.allows(memory, model -> {
                    Var before = model.shared("before", 0);
                    Var after = model.shared("after", 0);
                    Party reader = model.party("reader");
                    if (section) {
                        reader.rcuLock();
                    }
                    Reg sawAfter = reader.load(after, PLAIN);
                    Reg sawBefore = reader.load(before, PLAIN);
                    if (section) {
                        reader.rcuUnlock();
                    }
                    update(model.party("updater"), before, after);
                    forbid(model, now -> now.get(sawBefore) == 0 && now.get(sawAfter) == 1);
                }))
                .isFalse();
    }

    private static void update(Party updater, Var before, Var after) {
        updater.store(before, 1, PLAIN);
        updater.synchronize();
        updater.store(after, 1, PLAIN);
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldShowWhatASectionStoredAfterTheGracePeriodThatWaitedForIt(Memory memory) {
        assertThat(Litmus.allows(memory, model -> {
                    Var x = model.shared("x", 0);
                    Var y = model.shared("y", 0);
                    Party reader = model.party("reader");
                    reader.rcuLock();
                    Reg sawX = reader.load(x, OPAQUE);
                    reader.store(y, 1, PLAIN);
                    reader.rcuUnlock();
                    Party updater = model.party("updater");
                    updater.store(x, 1, PLAIN);
                    updater.synchronize();
                    Reg sawY = updater.load(y, PLAIN);
                    forbid(model, now -> now.get(sawX) == 0 && now.get(sawY) == 0);
                }))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldWaitForTheOutermostSectionWhenSectionsNest(Memory memory) {
        assertThat(Litmus.allows(memory, model -> {
                    Var x = model.shared("x", 0);
                    Var gone = model.ghost("gone", 0);
                    Party reader = model.party("reader");
                    reader.rcuLock();
                    Reg seen = reader.load(x, OPAQUE);
                    reader.rcuLock();
                    reader.rcuUnlock();
                    reader.act(
                            "uses it",
                            now -> now.check(now.get(seen) == 1 || now.get(gone) == 0, Litmus.FORBIDDEN, "it is gone"));
                    reader.rcuUnlock();
                    Party updater = model.party("updater");
                    updater.store(x, 1, PLAIN);
                    updater.synchronize();
                    updater.actOrdered("frees it", now -> now.set(gone, 1));
                }))
                .isFalse();
    }

    @Test
    void shouldBeStuckWhenAGracePeriodIsAwaitedInsideOfASection() {
        Outcome outcome = Litmus.explore(Memory.SC, model -> {
            Party fool = model.party("fool");
            fool.rcuLock();
            fool.synchronize();
            fool.rcuUnlock();
        });
        assertThat(Litmus.shortest(outcome).law()).isEqualTo(Law.STUCK);
    }

    @ParameterizedTest
    @CsvSource({"true, SC, false", "true, WEAK, false", "false, SC, true", "false, WEAK, true"})
    void shouldCountRightOnlyWhenCountersAreLocked(boolean locked, Memory memory, boolean lost) {
        assertThat(Litmus.allows(memory, model -> {
                    Var lock = model.lock("lock");
                    Var count = model.shared("count", 0);
                    for (String name : new String[] {"one", "two"}) {
                        Party party = model.party(name);
                        if (locked) {
                            party.lock(lock);
                        }
                        Reg seen = party.load(count, PLAIN);
                        party.store(count, now -> now.get(seen) + 1, PLAIN);
                        if (locked) {
                            party.unlock(lock);
                        }
                    }
                    forbid(model, now -> now.get(count) != 2);
                }))
                .isEqualTo(lost);
    }

    @Test
    void shouldBeStuckWhenTwoLocksAreTakenInDifferentOrders() {
        Outcome outcome = Litmus.explore(Memory.SC, model -> {
            Var a = model.lock("a");
            Var b = model.lock("b");
            twoLocks(model.party("one"), a, b);
            twoLocks(model.party("two"), b, a);
        });
        assertThat(Litmus.shortest(outcome)).satisfies(failure -> {
            assertThat(failure.law()).isEqualTo(Law.STUCK);
            assertThat(failure.detail()).contains("one waits: locks b", "two waits: locks a");
            assertThat(failure.moves()).hasSize(2);
        });
    }

    private static void twoLocks(Party party, Var first, Var second) {
        party.lock(first);
        party.lock(second);
        party.unlock(second);
        party.unlock(first);
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, SC, false", "PLAIN, WEAK, true", "VOLATILE, SC, false", "VOLATILE, WEAK, false"})
    void shouldLoseTheWakeUpOnlyWhenSleeperAndWakerDoNotSeeEachOther(Mode mode, Memory memory, boolean lost) {
        Consumer<Model> test = model -> {
            Var ready = model.shared("ready", 0);
            Var sleeping = model.shared("sleeping", 0);
            Var token = model.shared("token", 0);
            Party sleeper = model.party("sleeper");
            sleeper.store(sleeping, 1, mode);
            Reg sawReady = sleeper.load(ready, mode);
            sleeper.when(now -> now.get(sawReady) == 0, () -> sleeper.park(token));
            Party waker = model.party("waker");
            waker.store(ready, 1, mode);
            Reg sawSleeping = waker.load(sleeping, mode);
            waker.when(now -> now.get(sawSleeping) == 1, () -> waker.unpark(token));
        };
        assertThat(Litmus.allows(memory, test)).isEqualTo(lost);
    }

    @Test
    void shouldLoseTheWakeUpInAnyMemoryWhenTheSleeperLooksFirst() {
        Outcome outcome = Litmus.explore(Memory.SC, model -> {
            Var ready = model.shared("ready", 0);
            Var sleeping = model.shared("sleeping", 0);
            Var token = model.shared("token", 0);
            Party sleeper = model.party("sleeper");
            Reg sawReady = sleeper.load(ready, VOLATILE);
            sleeper.when(now -> now.get(sawReady) == 0, () -> {
                sleeper.store(sleeping, 1, VOLATILE);
                sleeper.park(token);
            });
            Party waker = model.party("waker");
            waker.store(ready, 1, VOLATILE);
            Reg sawSleeping = waker.load(sleeping, VOLATILE);
            waker.when(now -> now.get(sawSleeping) == 1, () -> waker.unpark(token));
        });
        assertThat(Litmus.shortest(outcome)).satisfies(failure -> {
            assertThat(failure.law()).isEqualTo(Law.STUCK);
            assertThat(failure.moves()).hasSize(4);
        });
    }
}
