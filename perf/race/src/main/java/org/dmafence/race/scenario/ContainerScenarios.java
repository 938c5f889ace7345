package org.dmafence.race.scenario;

import java.util.List;
import java.util.function.Consumer;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;
import org.dmafence.race.Variant;
import org.dmafence.race.scenario.Fence.Table;

/** Fences that are made of others. */
final class ContainerScenarios {
    static final List<Scenario> ALL = List.of(
            new Scenario(
                    "merge-vs-signal",
                    "who merges two fences, while both signal",
                    Variants.ALL,
                    (variant, law) -> Questions.CALLBACKS,
                    ContainerScenarios::merge),
            new Scenario(
                    "chain-collect-vs-signal",
                    "two who walk a chain and unlink what has signalled, while it signals",
                    List.of(Variants.KERNEL, Variants.OWN),
                    (variant, law) -> Questions.NONE,
                    (model, variant) -> new Chain(model).build()));

    private static final Law MERGED = new Law("merged", "a merged fence signals early, twice or never");

    private ContainerScenarios() {}

    /** Both are polled first; the callbacks of those that have not signalled count down. */
    private static void merge(Model model, Variant variant) {
        Var pending = model.shared("pending", 0);
        Var signaled = model.ghost("merged signalled", 0);
        Fence[] parts = {Fence.of(model, variant, Table.PLAIN, "first"), Fence.of(model, variant, Table.PLAIN, "second")
        };
        Consumer<Party> arrived = party -> {
            Reg left = party.change("counts down", pending, (n, now) -> n - 1);
            party.when(
                    now -> now.get(left) == 1,
                    () -> party.act("signals the merged fence", now -> {
                        now.check(now.get(signaled) == 0, MERGED, "it signals twice");
                        now.check(
                                parts[0].isSignaled(now) && parts[1].isSignaled(now),
                                MERGED,
                                "a part has not signalled");
                        now.set(signaled, 1);
                    }));
        };
        Callback[] callbacks = {parts[0].callback("a", arrived), parts[1].callback("b", arrived)};
        Party merger = model.party("merger");
        Reg first = parts[0].poll(merger, null);
        Reg second = parts[1].poll(merger, null);
        merger.when(now -> now.get(first) != 0 && now.get(second) != 0, () -> {
            parts[0].readTimestamp(merger);
            parts[1].readTimestamp(merger);
            merger.act("answers a signalled fence", now -> now.set(signaled, 1));
            merger.end();
        });
        merger.store(pending, 2, Mode.RELEASE);
        for (int i = 0; i < parts.length; i++) {
            Reg added = parts[i].add(merger, callbacks[i], null);
            merger.when(now -> now.get(added) == 0, () -> arrived.accept(merger));
        }
        for (Fence part : parts) {
            part.signal(model.party("signals " + part.name), 1);
        }
        model.atEnd(now -> now.check(now.get(signaled) == 1, MERGED, "all its parts have signalled, it has not"));
    }

    /** A link, the one before it, which signals, and the one before that, which does not. */
    private static final class Chain {
        private static final int MIDDLE = 1;
        private static final int LAST = 2;

        private final Model model;
        private final Var previous;
        private final Var signaled;

        /** By link: how many references there are. */
        private final Var[] references;

        Chain(Model model) {
            this.model = model;
            previous = model.shared("link.prev", MIDDLE, "null", "middle", "last");
            signaled = model.shared("middle's fence", 0, "pending", "signalled");
            references = new Var[] {
                model.shared("link's references", 1),
                model.shared("middle's references", 1),
                model.shared("last's references", 1)
            };
        }

        void build() {
            walk(model.party("walker"));
            walk(model.party("other walker"));
            model.party("signaller").store(signaled, 1, Mode.RELEASE);
            model.atEnd(now -> {
                int middle = now.get(previous) == MIDDLE ? 1 : 0;
                now.check(now.get(references[MIDDLE]) == middle, Law.REFERENCES, "of the one in the middle");
                now.check(now.get(references[LAST]) == 1, Law.REFERENCES, "of the last");
            });
        }

        private void walk(Party party) {
            Party.Label again = new Party.Label();
            party.here(again);
            party.rcuLock();
            Reg seen = party.load(previous, Mode.ACQUIRE);
            Reg retained = party.reg("retained");
            Party.Label read = new Party.Label();
            for (int link : new int[] {MIDDLE, LAST}) {
                party.when(now -> now.get(seen) == link, () -> {
                    Reg old = retainUnlessFreed(party, link);
                    party.set(retained, now -> now.get(old) == 0 ? 0 : 1);
                    party.jump(read);
                });
            }
            party.here(read);
            Reg recheck = party.load(previous, Mode.ACQUIRE);
            party.rcuUnlock();
            party.when(now -> now.get(retained) == 0, () -> party.jump(again));
            party.when(now -> now.get(recheck) != now.get(seen), () -> {
                release(party, seen);
                party.jump(again);
            });
            party.when(now -> now.get(seen) == MIDDLE, () -> {
                Reg done = party.load(signaled, Mode.ACQUIRE);
                party.when(now -> now.get(done) == 1, () -> {
                    Reg unused = retainUnlessFreed(party, LAST);
                    Reg old = party.change("unlinks the middle, if it is there", previous, (p, now) -> {
                        return p == MIDDLE ? LAST : p;
                    });
                    party.whenElse(now -> now.get(old) == MIDDLE, () -> releaseMiddle(party), () -> drop(party, LAST));
                    release(party, seen);
                    party.jump(again);
                });
            });
            release(party, seen);
        }

        private Reg retainUnlessFreed(Party party, int link) {
            return party.change("retains it, unless it is freed", references[link], (n, now) -> n == 0 ? 0 : n + 1);
        }

        private void release(Party party, Reg seen) {
            party.whenElse(now -> now.get(seen) == MIDDLE, () -> releaseMiddle(party), () -> drop(party, LAST));
        }

        /** The last reference to the one in the middle takes that one's reference to the last along. */
        private void releaseMiddle(Party party) {
            Reg held = drop(party, MIDDLE);
            party.when(now -> now.get(held) == 1, () -> drop(party, LAST));
        }

        private Reg drop(Party party, int link) {
            return party.change("drops a reference", references[link], (n, now) -> {
                now.check(n > 0, Law.REFERENCES, "there was none to drop");
                return Math.max(0, n - 1);
            });
        }
    }
}
