package org.dmafence.race.scenario;

import java.util.function.Consumer;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Var;
import org.dmafence.race.Variant;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's fence: flags changed by atomic bit operations, everything else under a spin lock. Loads of flags and ops
 * are {@code READ_ONCE}, the store that detaches orders nothing, test-and-set is a full barrier.
 */
final class KernelFence extends Fence {
    /** Who waits by the default wait: its bit among the callbacks, and what it sleeps on. */
    private static final int WAITER = 1 << 2;

    private final Var lock;
    private final Var token;

    /** Whether the lock's memory has been freed, where it lies outside of the fence. */
    private final Var lockFreed;

    KernelFence(Model model, Variant variant, Table table, String name) {
        super(model, variant, table, name);
        lock = model.lock(name.isEmpty() ? "lock" : name + ".lock");
        token = model.shared(name.isEmpty() ? "token" : name + ".token", 0, "none", "wake-up");
        lockFreed = model.ghost("lock freed", 0);
    }

    private void lock(Party party) {
        if (has(Trait.INLINE_LOCK)) {
            party.lock(lock);
        } else {
            party.lock(lock, now -> {
                now.check(now.get(lockFreed) == 0, Law.FREED_LOCK, "the external lock was freed with its driver");
            });
        }
    }

    @Override
    void signal(Party party, int time) {
        lock(party);
        signalLocked(party, time, () -> {});
        party.unlock(lock);
    }

    @Override
    void signalTraced(Party party, int time, Module module) {
        lock(party);
        signalLocked(party, time, () -> {
            Reg traced = party.load(ops, Mode.OPAQUE);
            module.call(party, "get_driver_name", traced);
        });
        party.unlock(lock);
    }

    private void signalLocked(Party party, int time, Runnable trace) {
        Reg old = party.changeFully("test-and-set SIGNALED", state, (s, now) -> {
            if ((s & SIGNALED) == 0) {
                win(now, time);
            }
            return s | SIGNALED;
        });
        party.when(now -> (now.get(old) & SIGNALED) == 0, () -> {
            if (!has(Trait.TRACE_AFTER_DETACH)) {
                trace.run();
            }
            if (has(Trait.DETACH) && table.detachable()) {
                party.store(ops, 0, Mode.OPAQUE);
            }
            if (has(Trait.TRACE_AFTER_DETACH)) {
                trace.run();
            }
            Reg linked = party.load(callbacks, Mode.PLAIN);
            party.when(now -> now.get(linked) != 0, () -> party.store(callbacks, 0, Mode.PLAIN));
            party.store(timestamp, time, Mode.PLAIN);
            if (has(Trait.UNORDERED_TIMESTAMP)) {
                party.changeOpaque("sets TIMESTAMP", state, (s, now) -> s | TIMESTAMP);
            } else {
                party.changeFully("sets TIMESTAMP", state, (s, now) -> s | TIMESTAMP);
            }
            for (Callback callback : list) {
                party.when(now -> (now.get(linked) & callback.bit) != 0, () -> callback.run(party, () -> {}));
            }
            party.when(now -> (now.get(linked) & WAITER) != 0, () -> party.unpark(token));
        });
    }

    private void rcuLock(Party party) {
        if (has(Trait.SECTIONS)) {
            party.rcuLock();
        }
    }

    private void rcuUnlock(Party party) {
        if (has(Trait.SECTIONS)) {
            party.rcuUnlock();
        }
    }

    /** Loads the table, and goes on if it may be used, as far as this variant asks. */
    private void withOps(Party party, Consumer<Reg> use) {
        Reg loaded = party.load(ops, Mode.OPAQUE);
        if (has(Trait.NULL_TESTS)) {
            party.when(now -> now.get(loaded) != 0, () -> use.accept(loaded));
        } else {
            use.accept(loaded);
        }
    }

    @Override
    Reg poll(Party party, @Nullable Module module) {
        Reg answer = party.reg("signalled");
        Reg flags = party.load(state, Mode.OPAQUE);
        party.whenElse(now -> (now.get(flags) & SIGNALED) != 0, () -> party.set(answer, now -> 1), () -> {
            if (module != null) {
                rcuLock(party);
                withOps(party, loaded -> {
                    module.call(party, "signaled", loaded);
                    party.set(answer, now -> 1);
                });
                rcuUnlock(party);
                party.when(now -> now.get(answer) != 0, () -> signal(party, 2));
            }
        });
        return answer;
    }

    /** With the lock held; 1 if the fence will signal later. */
    private Reg enableLocked(Party party, @Nullable Module module) {
        Reg enabled = party.reg("enabled");
        Reg old = party.changeFully("test-and-set ENABLE", state, (s, now) -> s | ENABLE);
        Reg flags = party.load(state, Mode.OPAQUE);
        party.when(now -> (now.get(flags) & SIGNALED) == 0, () -> {
            party.set(enabled, now -> 1);
            if (module != null) {
                rcuLock(party);
                party.when(now -> (now.get(old) & ENABLE) == 0, () -> {
                    withOps(party, loaded -> module.call(party, "enable_signaling", loaded, () -> arrange(party)));
                });
                rcuUnlock(party);
            }
        });
        return enabled;
    }

    @Override
    Reg add(Party party, Callback callback, @Nullable Module module) {
        Reg answer = party.reg("added");
        Reg flags = party.load(state, Mode.OPAQUE);
        party.when(now -> (now.get(flags) & SIGNALED) == 0, () -> {
            lock(party);
            Reg enabled = enableLocked(party, module);
            party.when(now -> now.get(enabled) != 0, () -> {
                link(party, callback.bit);
                party.set(answer, now -> 1);
            });
            party.unlock(lock);
        });
        callback.added(party, now -> now.get(answer) != 0);
        return answer;
    }

    private void link(Party party, int bit) {
        Reg linked = party.load(callbacks, Mode.PLAIN);
        party.store(callbacks, now -> now.get(linked) | bit, Mode.PLAIN);
    }

    @Override
    void remove(Party party, Callback callback) {
        lock(party);
        Reg found = unlink(party, callback.bit);
        party.unlock(lock);
        callback.removed(party, now -> now.get(found) != 0);
    }

    private Reg unlink(Party party, int bit) {
        Reg found = party.reg("found");
        Reg linked = party.load(callbacks, Mode.PLAIN);
        party.when(now -> (now.get(linked) & bit) != 0, () -> {
            party.store(callbacks, now -> now.get(linked) & ~bit, Mode.PLAIN);
            party.set(found, now -> 1);
        });
        return found;
    }

    @Override
    void removeNone(Party party) {
        lock(party);
        party.unlock(lock);
    }

    @Override
    void enable(Party party, @Nullable Module module) {
        lock(party);
        Reg unused = enableLocked(party, module);
        party.unlock(lock);
    }

    @Override
    void name(Party party, Module module, boolean timeline) {
        party.rcuLock();
        Reg loaded = party.load(ops, Mode.OPAQUE);
        Reg flags = party.load(state, Mode.OPAQUE);
        party.whenElse(
                now -> (now.get(flags) & SIGNALED) == 0 && (!has(Trait.NAME_NULL_TEST) || now.get(loaded) != 0),
                () -> askName(party, module, loaded, timeline),
                () -> literal(party));
        party.rcuUnlock();
    }

    @Override
    void deadline(Party party, Module module) {
        rcuLock(party);
        withOps(party, loaded -> {
            Reg flags = party.load(state, Mode.OPAQUE);
            party.when(now -> (now.get(flags) & SIGNALED) == 0, () -> module.call(party, "set_deadline", loaded));
        });
        rcuUnlock(party);
    }

    @Override
    void await(Party party, @Nullable Module module) {
        if (module != null) {
            Party.Label waited = new Party.Label();
            rcuLock(party);
            withOps(party, loaded -> {
                rcuUnlock(party);
                module.call(party, "wait", loaded, () -> untilSignaled(party));
                party.jump(waited);
            });
            rcuUnlock(party);
            party.here(waited);
            return;
        }
        enable(party, null);
        lock(party);
        Reg flags = party.load(state, Mode.OPAQUE);
        party.when(now -> (now.get(flags) & SIGNALED) == 0, () -> {
            link(party, WAITER);
            Party.Label again = new Party.Label();
            party.here(again);
            party.load(flags, state, Mode.OPAQUE);
            party.when(now -> (now.get(flags) & SIGNALED) == 0, () -> {
                party.unlock(lock);
                party.park(token);
                lock(party);
                party.jump(again);
            });
            Reg unused = unlink(party, WAITER);
        });
        party.unlock(lock);
        waited(party);
    }

    @Override
    void readTimestamp(Party party) {
        if (!has(Trait.UNORDERED_TIMESTAMP)) {
            super.readTimestamp(party);
            return;
        }
        Party.Label again = new Party.Label();
        party.here(again);
        Reg flags = party.load(state, Mode.OPAQUE);
        party.when(now -> (now.get(flags) & TIMESTAMP) == 0, () -> party.jump(again));
        checkTimestamp(party, party.load(timestamp, Mode.PLAIN));
    }

    @Override
    void put(Party party, Module module, Runnable inRelease) {
        Reg held = party.change("drops a reference", references, (n, now) -> n - 1);
        party.when(now -> now.get(held) == 1, () -> {
            rcuLock(party);
            withOps(party, loaded -> {
                if (table.release()) {
                    module.call(party, "release", loaded, () -> {
                        inRelease.run();
                        Reg unused =
                                party.change("the driver counts one fence less", module.keepers, (n, now) -> n - 1);
                    });
                }
            });
            rcuUnlock(party);
        });
    }

    @Override
    void entomb(Party party) {
        throw new IllegalStateException("the kernel has no tombstones");
    }

    @Override
    void freeLock(Party party) {
        if (!has(Trait.INLINE_LOCK)) {
            party.actOrdered("frees the external lock", now -> now.set(lockFreed, 1));
        }
    }
}
