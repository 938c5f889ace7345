package org.dmafence.race.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmafence.race.Instant;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Var;
import org.dmafence.race.Variant;
import org.jspecify.annotations.Nullable;

/**
 * A fence: its fields, and the parts that parties play with it. {@link KernelFence} plays them as the kernel does, in
 * all its variants, {@link StateWordFence} as dmafence does.
 */
abstract class Fence {
    static final int SIGNALED = 1;
    static final int TIMESTAMP = 1 << 1;
    static final int ENABLE = 1 << 2;
    static final int LOCKED = 1 << 3;
    static final int ENABLING = 1 << 4;

    static final int TABLE = 1;
    static final int TOMBSTONE = 2;

    final Model model;
    final Variant variant;
    final Table table;
    final String name;

    final Var state;
    final Var ops;
    final Var callbacks;
    final Var timestamp;
    final Var references;

    /** For the laws: what is true, whoever may know. */
    private final Var winners;

    private final Var firstTime;
    private final Var asked;
    final List<Callback> list = new ArrayList<>();

    /** What the driver implements. */
    record Table(boolean signaled, boolean enable, boolean waits, boolean release) {
        static final Table PLAIN = new Table(false, false, false, false);
        static final Table POLLED = new Table(true, false, false, false);
        static final Table ENABLED = new Table(false, true, false, false);
        static final Table WAITING = new Table(false, false, true, false);
        static final Table RELEASING = new Table(false, false, false, true);

        /**
         * A table that keeps its module: with wait alone in our case, with release as well in the kernel's, which
         * counts by it.
         */
        static Table waiting(Variant variant) {
            return variant.has(Trait.STATE_WORD) ? WAITING : new Table(false, false, true, true);
        }

        boolean detachable() {
            return !waits && !release;
        }
    }

    Fence(Model model, Variant variant, Table table, String name) {
        this.model = model;
        this.variant = variant;
        this.table = table;
        this.name = name;
        state = model.word(in("state"), 0, "SIGNALED", "TIMESTAMP", "ENABLE", "LOCKED", "ENABLING");
        ops = model.shared(in("ops"), TABLE, "null", "table", "tombstone");
        callbacks = model.word(in("callbacks"), 0, "a", "b", "waiter", "running");
        timestamp = model.shared(in("timestamp"), 0, "none");
        references = model.shared(in("references"), 1);
        winners = model.ghost(in("winners"), 0);
        firstTime = model.ghost(in("first time"), 0);
        asked = model.ghost(in("asked"), 0);
    }

    static Fence of(Model model, Variant variant, Table table) {
        return of(model, variant, table, "");
    }

    static Fence of(Model model, Variant variant, Table table, String name) {
        return variant.has(Trait.STATE_WORD)
                ? new StateWordFence(model, variant, table, name)
                : new KernelFence(model, variant, table, name);
    }

    private String in(String field) {
        return name.isEmpty() ? field : name + "." + field;
    }

    final boolean has(Trait trait) {
        return variant.has(trait);
    }

    /** A callback of this fence, at most two, and before the part of whoever signals. */
    final Callback callback(String called) {
        return callback(called, party -> {});
    }

    /** A callback that does something. */
    final Callback callback(String called, Consumer<Party> body) {
        Callback callback = new Callback(model, called, 1 << list.size(), body);
        list.add(callback);
        return callback;
    }

    // ---- the parts to play -----------------------------------------------------------------------------------------

    /** Signals with a time of one's own, from 1 up. */
    abstract void signal(Party party, int time);

    /** As {@link #signal}, while a tracepoint asks the driver for its names. */
    abstract void signalTraced(Party party, int time, Module module);

    /** Asks whether it has signalled, the driver included; 1 for yes. */
    abstract Reg poll(Party party, @Nullable Module module);

    /** Adds a callback, which notes the answer; 1 for yes. */
    abstract Reg add(Party party, Callback callback, @Nullable Module module);

    /** Takes it back, and notes the answer. */
    abstract void remove(Party party, Callback callback);

    /** Does what taking a callback back does for one that is not there. */
    abstract void removeNone(Party party);

    /** Frees the fence's external lock with its driver, where there is one. */
    abstract void freeLock(Party party);

    /** Sees to it that somebody will signal. */
    abstract void enable(Party party, @Nullable Module module);

    /** Asks for the name of the driver, or of the timeline. */
    abstract void name(Party party, Module module, boolean timeline);

    /** Wishes it soon. */
    abstract void deadline(Party party, Module module);

    /** Waits, by the driver's own op or without. */
    abstract void await(Party party, @Nullable Module module);

    /** Drops a reference; the driver does something more in its release op. */
    abstract void put(Party party, Module module, Runnable inRelease);

    /** Replaces ops that can't detach, where unloading by force does that. */
    abstract void entomb(Party party);

    /** Drops a reference, which may be the last one. */
    final void put(Party party, Module module) {
        put(party, module, () -> {});
    }

    /** Reads the timestamp of a fence that has signalled, as soon as it is there. */
    void readTimestamp(Party party) {
        Reg unused = party.await("waits for TIMESTAMP", state, s -> (s & TIMESTAMP) != 0);
        checkTimestamp(party, party.load(timestamp, Mode.PLAIN));
    }

    final void checkTimestamp(Party party, Reg time) {
        party.act("takes it for the time of signalling", now -> {
            int first = now.get(firstTime);
            now.check(
                    now.get(time) == first,
                    Law.TIMESTAMP_LOST,
                    "it read " + (now.get(time) == 0 ? "nothing" : now.get(time)) + ", the winner's time is " + first);
        });
    }

    // ---- what the laws need to know --------------------------------------------------------------------------------

    /** What the winner of a signal changes along with the state. */
    final void win(Instant now, int time) {
        now.check(now.get(winners) == 0, Law.SIGNALED_TWICE, "two signallers won");
        now.set(winners, 1);
        now.set(firstTime, time);
    }

    /** Inside of the driver's enable op. */
    final void arrange(Party party) {
        party.act("the driver arranges for an interrupt", now -> {
            now.check(now.get(asked) == 0, Law.ENABLED_TWICE, "it was asked before");
            now.check(!isSignaled(now), Law.ENABLED_LATE, "the fence has signalled meanwhile");
            now.set(asked, 1);
        });
    }

    /** A wait without an op of the driver's is over. */
    final void waited(Party party) {
        party.act("has waited", now -> now.check(isSignaled(now), Law.WAIT_TOO_EARLY, "it has not signalled"));
    }

    /** Inside of the driver's wait op. */
    final void untilSignaled(Party party) {
        Reg unused = party.await("the op waits for SIGNALED", state, s -> (s & SIGNALED) != 0);
    }

    /** Asks the driver for a name, and uses the string. */
    final void askName(Party party, Module module, Reg loaded, boolean timeline) {
        boolean driver = !timeline || has(Trait.TIMELINE_ASKS_DRIVER);
        module.call(party, driver ? "get_driver_name" : "get_timeline_name", loaded);
        if (timeline && driver) {
            party.act("takes the answer for the timeline's name", now -> {
                now.fail(Law.WRONG_NAME, "the timeline is called 'ring0', the answer is 'gpu', the driver's name");
            });
        }
        if (!has(Trait.STATE_WORD)) { // ours are objects that stay as long as somebody has them
            party.act("uses the string", now -> {
                now.check(now.get(module.unloaded) == 0, Law.FREED_STRING, "the string is gone with its module");
            });
        }
    }

    /** Answers the literal that stands for a signalled fence's names. */
    final void literal(Party party) {
        party.act("answers the literal", now -> {
            now.check(isSignaled(now), Law.EARLY_LITERAL, "the fence has not signalled");
        });
    }

    final boolean isSignaled(Instant now) {
        return (now.get(state) & SIGNALED) != 0;
    }
}
