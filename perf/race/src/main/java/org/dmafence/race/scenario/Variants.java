package org.dmafence.race.scenario;

import static org.dmafence.race.scenario.Trait.CALLBACKS_LOCKED;
import static org.dmafence.race.scenario.Trait.DETACH;
import static org.dmafence.race.scenario.Trait.DETACH_FIRST;
import static org.dmafence.race.scenario.Trait.FORGOTTEN_EARLY;
import static org.dmafence.race.scenario.Trait.INLINE_LOCK;
import static org.dmafence.race.scenario.Trait.NAME_NULL_TEST;
import static org.dmafence.race.scenario.Trait.NO_BARRIER;
import static org.dmafence.race.scenario.Trait.NO_GRACE_PERIOD;
import static org.dmafence.race.scenario.Trait.NULL_TESTS;
import static org.dmafence.race.scenario.Trait.PAYLOAD_FIRST;
import static org.dmafence.race.scenario.Trait.PINNED;
import static org.dmafence.race.scenario.Trait.RELEASE_OUTSIDE;
import static org.dmafence.race.scenario.Trait.SECTIONS;
import static org.dmafence.race.scenario.Trait.SPLIT_PAYLOAD;
import static org.dmafence.race.scenario.Trait.STATE_WORD;
import static org.dmafence.race.scenario.Trait.TIMELINE_ASKS_DRIVER;
import static org.dmafence.race.scenario.Trait.TOMBSTONES;
import static org.dmafence.race.scenario.Trait.TRACE_AFTER_DETACH;
import static org.dmafence.race.scenario.Trait.UNORDERED_TIMESTAMP;
import static org.dmafence.race.scenario.Trait.WAIT_NOT_PINNED;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmafence.race.Variant;
import org.dmafence.race.Variant.Role;

/** The forms of the fence protocol: how the kernel's came about, ours, and ours with one mistake each. */
final class Variants {
    private static final Set<Trait> V5 = EnumSet.of(SECTIONS, PINNED, TIMELINE_ASKS_DRIVER);
    private static final Set<Trait> STABLE =
            EnumSet.of(SECTIONS, PINNED, DETACH, NULL_TESTS, NAME_NULL_TEST, INLINE_LOCK);
    private static final Set<Trait> OURS = with(STABLE, STATE_WORD, TOMBSTONES);

    static final Variant KERNEL =
            form("7.2.13", "stable: names test both, trace before the detach", Role.SOUND, STABLE);
    static final Variant OWN =
            form("ours", "dmafence: one state word, callbacks outside of the lock, tombstones", Role.SOUND, OURS);

    static final List<Variant> ALL = List.of(
            form(
                    "before",
                    "Linux 7.0: ops are a plain pointer, only names are asked under RCU",
                    Role.HISTORY,
                    Set.of()),
            form("v5", "patch 1 as reviewed: read sections, no null tests, nothing detached yet", Role.HISTORY, V5),
            form("v5-detach", "v5 plus the detach, still without null tests", Role.HISTORY, with(V5, DETACH)),
            form(
                    "merged",
                    "the series as merged for 7.1: null tests but for names, trace after the detach",
                    Role.HISTORY,
                    with(V5, DETACH, NULL_TESTS, INLINE_LOCK, TRACE_AFTER_DETACH)),
            KERNEL,
            OWN,
            mutant("no-grace-period", "ours, unloading without waiting for readers", NO_GRACE_PERIOD),
            mutant("barrier-forgotten", "ours, unloading without waiting for deferred callbacks", NO_BARRIER),
            mutant(
                    "detach-before-test-and-set",
                    "ours, taking the ops away before the fence has signalled",
                    DETACH_FIRST),
            mutant(
                    "payload-before-ops",
                    "ours with table and payload in two fields, the payload cleared first",
                    SPLIT_PAYLOAD,
                    PAYLOAD_FIRST),
            mutant("callbacks-under-the-spin-bit", "ours, running callbacks before unlocking", CALLBACKS_LOCKED),
            mutant("release-outside-rcu", "ours, calling the release op outside of a read section", RELEASE_OUTSIDE),
            mutant(
                    "forgotten-before-told",
                    "ours, with a ledger that forgets a fence before its release op is asked",
                    FORGOTTEN_EARLY),
            mutant("wait-without-pinning", "ours, unloading a module whose wait op is in use", WAIT_NOT_PINNED));

    /** Stable as the kernel's documentation of set_bit() has it, not as processors do. */
    static final Variant UNORDERED = form(
            "7.2.13-unordered",
            "stable, with set_bit() ordering nothing, as documented",
            Role.HISTORY,
            with(STABLE, UNORDERED_TIMESTAMP));

    /**
     * Ours until its detach was ordered after the signal; shown by names alone, which answer literals without the
     * table.
     */
    static final Variant DETACH_UNORDERED = mutant(
            "detach-unordered",
            "ours, taking the ops away by a store that the signal's compare-and-set does not order",
            Trait.DETACH_UNORDERED);

    /** Ours until whoever ends a job for the hardware claimed the run first. */
    static final Variant UNCLAIMED_END = mutant(
            "unclaimed-end",
            "ours, ending a job when its hardware fence signals without claiming the run",
            Trait.UNCLAIMED_END);

    /** Ours until the host's load was volatile as the engine's is. */
    static final Variant START_ACQUIRES = mutant(
            "start-acquires",
            "ours, whose host looks at a run by a load that may come before its own volatile store",
            Trait.START_ACQUIRES);

    /** Ours until the look at the ledger's slots was volatile as closing it is. */
    static final Variant CLOSE_ACQUIRES = mutant(
            "close-acquires",
            "ours, looking through a closed ledger by loads that may come before the closing",
            Trait.CLOSE_ACQUIRES);

    private Variants() {}

    private static Variant form(String name, String about, Role role, Set<Trait> traits) {
        return new Variant(name, about, role, Set.copyOf(traits));
    }

    private static Variant mutant(String name, String about, Trait... mistakes) {
        return new Variant(name, about, Role.MUTANT, Set.copyOf(with(OURS, mistakes)));
    }

    /** Ours, changed for a test of the protocol itself. */
    static Variant oursWith(String name, Role role, Trait... traits) {
        return new Variant(name, "ours with " + List.of(traits), role, Set.copyOf(with(OURS, traits)));
    }

    private static Set<Trait> with(Set<Trait> some, Trait... more) {
        EnumSet<Trait> all = EnumSet.copyOf(some);
        all.addAll(List.of(more));
        return all;
    }
}
