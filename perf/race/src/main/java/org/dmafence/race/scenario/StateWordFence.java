package org.dmafence.race.scenario;

import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Var;
import org.dmafence.race.Variant;
import org.jspecify.annotations.Nullable;

/**
 * Our fence: what {@code org.dmafence.fence.FenceState} and {@code FenceSignaling} and their kin do, step by step and
 * with their access modes. A loop around a compare-and-set is one step that waits, or two where something is read in
 * between.
 */
final class StateWordFence extends Fence {
    /** Callbacks are running; who drains has taken the list. */
    private static final int RUNNING = 1 << 3;

    private static final int WAITER = 1 << 2;

    private final Var woken;
    private final Var token;

    /** The payload of a fence that has it in a field of its own. */
    private final @Nullable Var payload;

    StateWordFence(Model model, Variant variant, Table table, String name) {
        super(model, variant, table, name);
        woken = model.shared(name.isEmpty() ? "woken" : name + ".woken", 0, "no", "yes");
        token = model.shared(name.isEmpty() ? "token" : name + ".token", 0, "none", "wake-up");
        payload = has(Trait.SPLIT_PAYLOAD) ? model.shared("payload", 1, "null", "payload") : null;
    }

    private static boolean isLocked(int s) {
        return (s & LOCKED) != 0;
    }

    private Reg lockBit(Party party) {
        return party.changeWhen("sets LOCKED", state, s -> !isLocked(s), (s, now) -> s | LOCKED);
    }

    private void unlock(Party party, Reg before, int more) {
        party.store(state, now -> (now.get(before) | more) & ~LOCKED, Mode.RELEASE);
    }

    // ---- signalling ------------------------------------------------------------------------------------------------

    @Override
    void signal(Party party, int time) {
        signal(party, time, null);
    }

    @Override
    void signalTraced(Party party, int time, Module module) {
        signal(party, time, module);
    }

    private void signal(Party party, int time, @Nullable Module traced) {
        if (has(Trait.DETACH_FIRST) && table.detachable()) {
            party.store(ops, 0, Mode.OPAQUE);
        }
        Reg old = party.changeWhen(
                "sets SIGNALED and LOCKED, once",
                state,
                s -> (s & SIGNALED) != 0 || (s & (LOCKED | ENABLING)) == 0,
                (s, now) -> {
                    if ((s & SIGNALED) != 0) {
                        return s;
                    }
                    win(now, time);
                    return s | SIGNALED | LOCKED;
                });
        party.when(now -> (now.get(old) & SIGNALED) == 0, () -> {
            party.set(old, now -> now.get(old) | SIGNALED);
            finish(party, old, time, traced);
        });
    }

    private void finish(Party party, Reg state0, int time, @Nullable Module traced) {
        if (traced != null) {
            unlock(party, state0, 0);
            party.rcuLock();
            Reg seen = loadOps(party);
            party.when(now -> now.get(seen) != 0, () -> traced.call(party, "driverName", seen));
            party.rcuUnlock();
            Reg again = lockBit(party);
            party.set(state0, now -> now.get(again));
        }
        if (table.detachable()) {
            detach(party);
        }
        Reg linked = party.load(callbacks, Mode.PLAIN);
        if (has(Trait.CALLBACKS_LOCKED)) {
            party.when(now -> now.get(linked) != 0, () -> drain(party, linked));
            party.store(timestamp, time, Mode.PLAIN);
            unlock(party, state0, TIMESTAMP);
            return;
        }
        party.when(now -> now.get(linked) != 0, () -> party.store(callbacks, RUNNING, Mode.PLAIN));
        party.store(timestamp, time, Mode.PLAIN);
        unlock(party, state0, TIMESTAMP);
        party.when(now -> now.get(linked) != 0, () -> drain(party, linked));
    }

    private void detach(Party party) {
        Var own = payload;
        if (own == null) {
            party.store(ops, 0, has(Trait.DETACH_UNORDERED) ? Mode.OPAQUE : Mode.RELEASE);
        } else if (has(Trait.PAYLOAD_FIRST)) {
            party.store(own, 0, Mode.RELEASE);
            party.store(ops, 0, Mode.RELEASE);
        } else {
            party.store(ops, 0, Mode.RELEASE);
            party.store(own, 0, Mode.RELEASE);
        }
    }

    private void drain(Party party, Reg linked) {
        for (Callback callback : list) {
            party.when(now -> (now.get(linked) & callback.bit) != 0, () -> callback.run(party, () -> foreign(party)));
        }
        party.when(now -> (now.get(linked) & WAITER) != 0, () -> {
            party.store(woken, 1, Mode.VOLATILE);
            party.unpark(token);
        });
        party.store(callbacks, 0, Mode.RELEASE);
    }

    /** I6: foreign code may take its time, and others spin on the bit. The bit may be somebody else's by chance. */
    private void foreign(Party party) {
        if (has(Trait.CALLBACKS_LOCKED)) {
            party.act("is in foreign code", now -> {
                now.check((now.get(state) & LOCKED) == 0, Law.CALLBACK_UNDER_LOCK, "whoever needs the bit spins");
            });
        }
    }

    // ---- reading the ops -------------------------------------------------------------------------------------------

    private Reg loadOps(Party party) {
        Var own = payload;
        if (own == null) {
            return party.load(ops, Mode.ACQUIRE);
        }
        Reg data = party.load(own, Mode.ACQUIRE);
        Reg seen = party.load(ops, Mode.ACQUIRE);
        party.when(
                now -> now.get(seen) != 0,
                () -> party.act("takes the payload along", now -> {
                    now.check(now.get(data) != 0, Law.NULL_PAYLOAD, "its ops are there, its payload is null");
                }));
        return seen;
    }

    @Override
    Reg poll(Party party, @Nullable Module module) {
        Reg answer = party.reg("signalled");
        Reg flags = party.load(state, Mode.ACQUIRE);
        party.when(now -> (now.get(flags) & SIGNALED) != 0, () -> party.set(answer, now -> 1));
        if (module == null) {
            return answer;
        }
        party.when(now -> now.get(answer) == 0, () -> {
            Reg peeked = party.load(ops, Mode.ACQUIRE); // which ops there are is the core's knowledge: no section
            party.when(now -> now.get(peeked) != 0, () -> {
                party.rcuLock();
                Reg seen = loadOps(party);
                party.when(now -> now.get(seen) != 0, () -> {
                    module.call(party, "signaled", seen);
                    party.set(answer, now -> 1);
                });
                party.rcuUnlock();
                party.when(now -> now.get(answer) != 0, () -> signal(party, 2));
            });
            party.when(now -> now.get(answer) == 0, () -> {
                party.load(flags, state, Mode.ACQUIRE);
                party.when(now -> (now.get(flags) & SIGNALED) != 0, () -> party.set(answer, now -> 1));
            });
        });
        return answer;
    }

    @Override
    void name(Party party, Module module, boolean timeline) {
        party.rcuLock();
        Reg seen = loadOps(party);
        Reg flags = party.reg("state");
        party.when(now -> now.get(seen) != 0, () -> party.load(flags, state, Mode.ACQUIRE));
        party.whenElse(
                now -> now.get(seen) != 0 && (now.get(flags) & SIGNALED) == 0,
                () -> askName(party, module, seen, timeline),
                () -> literal(party));
        party.rcuUnlock();
    }

    @Override
    void deadline(Party party, Module module) {
        party.rcuLock();
        Reg seen = loadOps(party);
        party.when(now -> now.get(seen) != 0, () -> {
            Reg flags = party.load(state, Mode.ACQUIRE);
            party.when(now -> (now.get(flags) & SIGNALED) == 0, () -> module.call(party, "setDeadline", seen));
        });
        party.rcuUnlock();
    }

    // ---- callbacks -------------------------------------------------------------------------------------------------

    @Override
    Reg add(Party party, Callback callback, @Nullable Module module) {
        Reg answer = party.reg("added");
        Reg flags = party.load(state, Mode.ACQUIRE);
        party.when(now -> (now.get(flags) & SIGNALED) == 0, () -> {
            Reg locked = lockEnabled(party, module);
            party.when(now -> now.get(locked) != 0, () -> {
                link(party, callback.bit);
                unlock(party, locked, 0);
                party.set(answer, now -> 1);
            });
        });
        callback.added(party, now -> now.get(answer) != 0);
        return answer;
    }

    private void link(Party party, int bit) {
        Reg linked = party.load(callbacks, Mode.PLAIN);
        party.store(callbacks, now -> now.get(linked) | bit, Mode.PLAIN);
    }

    /** What the state is with LOCKED set; 0 if the fence has signalled. */
    private Reg lockEnabled(Party party, @Nullable Module module) {
        Reg locked = party.reg("locked");
        Party.Label again = new Party.Label();
        Party.Label done = new Party.Label();
        party.here(again);
        Reg s = party.await(
                "looks at the state when it is free",
                state,
                free -> (free & SIGNALED) != 0 || (free & (LOCKED | ENABLING)) == 0);
        party.when(now -> (now.get(s) & SIGNALED) != 0, () -> party.jump(done));
        Reg seen = party.load(ops, Mode.ACQUIRE);
        if (module != null && table.enable()) {
            party.when(now -> (now.get(s) & ENABLE) == 0 && now.get(seen) != 0, () -> {
                Reg going = callEnable(party, module);
                party.when(now -> now.get(going) == 0, () -> party.jump(done));
                party.jump(again);
            });
        }
        Reg old = party.change("tries to set LOCKED and ENABLE", state, (now, at) -> {
            return now == at.get(s) ? now | LOCKED | ENABLE : now;
        });
        party.when(now -> now.get(old) != now.get(s), () -> party.jump(again));
        party.set(locked, now -> now.get(s) | LOCKED | ENABLE);
        party.here(done);
        return locked;
    }

    /** 1 if the fence will signal later. */
    private Reg callEnable(Party party, Module module) {
        Reg going = party.reg("enabled");
        party.set(going, now -> 1);
        Reg old = party.changeWhen(
                "sets ENABLE and ENABLING, once",
                state,
                s -> (s & (SIGNALED | ENABLE)) != 0 || !isLocked(s),
                (s, now) -> (s & (SIGNALED | ENABLE)) != 0 ? s : s | ENABLE | ENABLING);
        party.whenElse(
                now -> (now.get(old) & (SIGNALED | ENABLE)) != 0,
                () -> {
                    Reg flags = party.load(state, Mode.ACQUIRE);
                    party.when(now -> (now.get(flags) & SIGNALED) != 0, () -> party.set(going, now -> 0));
                },
                () -> {
                    party.rcuLock();
                    Reg seen = loadOps(party);
                    party.when(
                            now -> now.get(seen) != 0,
                            () -> module.call(party, "enableSignaling", seen, () -> arrange(party)));
                    party.rcuUnlock();
                    Reg unused =
                            party.changeWhen("clears ENABLING", state, s -> !isLocked(s), (s, now) -> s & ~ENABLING);
                });
        return going;
    }

    @Override
    void enable(Party party, @Nullable Module module) {
        Reg locked = lockEnabled(party, module);
        party.whenElse(
                now -> now.get(locked) != 0,
                () -> unlock(party, locked, 0),
                () -> party.changeWhen("sets ENABLE", state, s -> !isLocked(s), (s, now) -> s | ENABLE));
    }

    @Override
    void remove(Party party, Callback callback) {
        Reg found = party.reg("found");
        Party.Label told = new Party.Label();
        Reg flags = party.load(state, Mode.ACQUIRE);
        party.when(now -> (now.get(flags) & TIMESTAMP) == 0, () -> {
            Reg old = lockBit(party);
            party.when(now -> (now.get(old) & TIMESTAMP) == 0, () -> {
                unlink(party, callback.bit, found);
                unlock(party, old, 0);
                party.jump(told);
            });
            unlock(party, old, 0);
        });
        Reg unused = party.await("waits until none runs", callbacks, running -> running == 0);
        party.here(told);
        callback.removed(party, now -> now.get(found) != 0);
    }

    private void unlink(Party party, int bit, Reg found) {
        Reg linked = party.load(callbacks, Mode.PLAIN);
        party.when(now -> (now.get(linked) & bit) != 0, () -> {
            party.store(callbacks, now -> now.get(linked) & ~bit, Mode.PLAIN);
            party.set(found, now -> 1);
        });
    }

    @Override
    void removeNone(Party party) {
        Reg flags = party.load(state, Mode.ACQUIRE);
        party.when(now -> (now.get(flags) & TIMESTAMP) == 0, () -> {
            Reg old = lockBit(party);
            unlock(party, old, 0);
        });
    }

    // ---- waiting and letting go ------------------------------------------------------------------------------------

    @Override
    void await(Party party, @Nullable Module module) {
        if (module != null) {
            party.rcuLock();
            Reg seen = loadOps(party);
            party.rcuUnlock();
            party.when(
                    now -> now.get(seen) != 0,
                    () -> module.call(party, "waitTimeout", seen, () -> untilSignaled(party)));
            return;
        }
        enable(party, null);
        Party.Label done = new Party.Label();
        Reg locked = lockEnabled(party, null);
        party.when(now -> now.get(locked) == 0, () -> party.jump(done));
        link(party, WAITER);
        unlock(party, locked, 0);
        Party.Label again = new Party.Label();
        party.here(again);
        Reg up = party.load(woken, Mode.VOLATILE);
        party.when(now -> now.get(up) != 0, () -> party.jump(done));
        Reg flags = party.load(state, Mode.ACQUIRE);
        party.when(now -> (now.get(flags) & SIGNALED) != 0, () -> party.jump(done));
        party.park(token);
        party.jump(again);
        party.here(done);
        waited(party);
    }

    @Override
    void put(Party party, Module module, Runnable inRelease) {
        Reg held = party.change("drops a reference", references, (n, now) -> n - 1);
        party.when(now -> now.get(held) == 1, () -> {
            if (has(Trait.FORGOTTEN_EARLY)) {
                leaveLedger(party, module);
            }
            party.rcuLock();
            Reg seen = loadOps(party);
            if (has(Trait.RELEASE_OUTSIDE)) {
                party.rcuUnlock();
            }
            if (table.release()) {
                party.when(now -> now.get(seen) != 0, () -> module.call(party, "release", seen, inRelease));
            }
            party.store(ops, 0, Mode.RELEASE);
            if (!has(Trait.FORGOTTEN_EARLY)) {
                leaveLedger(party, module);
            }
            if (!has(Trait.RELEASE_OUTSIDE)) {
                party.rcuUnlock();
            }
        });
    }

    private void leaveLedger(Party party, Module module) {
        if (!table.detachable()) {
            Reg unused = party.change("the ledger counts one fence less", module.keepers, (n, now) -> n - 1);
        }
    }

    @Override
    void entomb(Party party) {
        Reg unused = party.change("puts a tombstone", ops, (seen, now) -> seen == TABLE ? TOMBSTONE : seen);
    }

    /** Our external locks are the core's, and stay. */
    @Override
    void freeLock(Party party) {}
}
