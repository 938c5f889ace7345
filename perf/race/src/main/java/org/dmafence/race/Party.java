package org.dmafence.race;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.dmafence.race.Instant.Action;
import org.dmafence.race.Instant.Change;
import org.dmafence.race.Instant.Test;
import org.dmafence.race.Instant.Value;
import org.dmafence.race.Step.Kind;

/** A thread as a program of atomic steps. Each method appends what it names; used by one thread. */
public final class Party {
    /** A place in the program to jump to. */
    public static final class Label {
        int at;
    }

    private static final int MAX_STEPS = 250;

    final int index;
    final String name;
    final List<Step> steps = new ArrayList<>();
    final List<Reg> registers = new ArrayList<>();
    private final Label end = new Label();

    Party(int index, String name) {
        this.index = index;
        this.name = name;
    }

    // ---- own values and branches: no steps ------------------------------------------------------------------------

    /** A register, 0 at first. */
    public Reg reg(String named) {
        Reg reg = new Reg(index, registers.size(), named);
        registers.add(reg);
        return reg;
    }

    /** Sets a register. */
    public void set(Reg reg, Value value) {
        Step step = add(new Step(Kind.SET, "sets " + reg));
        step.reg = reg;
        step.value = value;
    }

    /** Does something if a condition on registers holds. */
    public void when(Test test, Runnable body) {
        whenElse(test, body, () -> {});
    }

    /** Does one thing or the other. */
    public void whenElse(Test test, Runnable body, Runnable otherwise) {
        Label other = new Label();
        Label after = new Label();
        Step branch = add(new Step(Kind.BRANCH, "branches"));
        branch.test = test;
        branch.label = other;
        body.run();
        jump(after);
        here(other);
        otherwise.run();
        here(after);
    }

    /** Ends the program here. */
    public void end() {
        jump(end);
    }

    /** Goes on at a label. */
    public void jump(Label label) {
        add(new Step(Kind.JUMP, "jumps")).label = label;
    }

    /** Where jumps to the label lead. */
    public void here(Label label) {
        label.at = steps.size();
    }

    // ---- memory -----------------------------------------------------------------------------------------------------

    /** Loads into a register of its own. */
    public Reg load(Var variable, Mode mode) {
        Reg reg = reg(variable.name);
        load(reg, variable, mode);
        return reg;
    }

    /** Loads into a register. */
    public void load(Reg reg, Var variable, Mode mode) {
        Step step = on(Kind.LOAD, "reads " + variable, variable, mode);
        step.reg = reg;
    }

    /** Loads through an address that was loaded from another variable, which keeps the two in order. */
    public void loadThrough(Reg reg, Var variable, Mode mode, Var address) {
        load(reg, variable, mode);
        steps.get(steps.size() - 1).address = address;
    }

    /** Stores a number. */
    public void store(Var variable, int value, Mode mode) {
        store(variable, now -> value, mode);
    }

    /** Stores what is made of registers. */
    public void store(Var variable, Value value, Mode mode) {
        on(Kind.STORE, "writes " + variable, variable, mode).value = value;
    }

    /**
     * Changes a variable in one step, with the order of a volatile load and, if the value changes, of a volatile store:
     * what {@link java.lang.invoke.VarHandle} does. Later loads and stores that are not volatile may be performed
     * before that store is visible.
     */
    public Reg change(String text, Var variable, Change change) {
        return changeWhen(text, variable, old -> true, change);
    }

    /**
     * Changes a variable in one step that is a full fence: what the kernel's atomic operations are that return a value.
     */
    public Reg changeFully(String text, Var variable, Change change) {
        Reg old = change(text, variable, change);
        steps.get(steps.size() - 1).full = true;
        return old;
    }

    /** Changes a variable in one step that orders nothing else, as the kernel's {@code set_bit()}. */
    public Reg changeOpaque(String text, Var variable, Change change) {
        Reg old = change(text, variable, change);
        steps.get(steps.size() - 1).mode = Mode.OPAQUE;
        return old;
    }

    /**
     * Waits until a variable's value is as it should be, and changes it in that instant: a loop around a
     * compare-and-set. Ordered as {@link #change}.
     *
     * @return the old value
     */
    public Reg changeWhen(String text, Var variable, IntPredicate ready, Change change) {
        Step step = on(Kind.CHANGE, text, variable, Mode.VOLATILE);
        step.ready = ready;
        step.change = change;
        Reg old = reg(variable.name);
        step.reg = old;
        return old;
    }

    /** Waits until a variable's value is as it should be; an acquiring load. */
    public Reg await(String text, Var variable, IntPredicate ready) {
        Step step = on(Kind.AWAIT, text, variable, Mode.ACQUIRE);
        step.ready = ready;
        Reg seen = reg(variable.name);
        step.reg = seen;
        return seen;
    }

    /** A full fence. */
    public void fence() {
        add(new Step(Kind.FENCE, "full fence"));
    }

    // ---- locks, sleeping, RCU --------------------------------------------------------------------------------------

    /** Takes a lock, when it is free. */
    public void lock(Var lock) {
        lock(lock, now -> {});
    }

    /** Takes a lock, when it is free, and looks at something in that instant. */
    public void lock(Var lock, Action look) {
        Step step = on(Kind.CHANGE, "locks " + lock, lock, Mode.ACQUIRE);
        step.ready = held -> held == 0;
        step.change = (old, now) -> {
            look.at(now);
            return 1;
        };
    }

    /** Gives a lock back. */
    public void unlock(Var lock) {
        Step step = on(Kind.STORE, "unlocks " + lock, lock, Mode.RELEASE);
        step.value = now -> 0;
    }

    /** Wakes whoever parks on the token, or will. */
    public void unpark(Var token) {
        Step step = on(Kind.CHANGE, "wakes the sleeper", token, Mode.VOLATILE);
        step.change = (old, now) -> 1;
        step.full = true;
    }

    /** Sleeps until woken. */
    public void park(Var token) {
        Step step = on(Kind.CHANGE, "sleeps, is woken", token, Mode.VOLATILE);
        step.ready = there -> there != 0;
        step.change = (old, now) -> 0;
        step.full = true;
    }

    /** Enters a read section; they nest. */
    public void rcuLock() {
        add(new Step(Kind.RCU_LOCK, "enters a read section"));
    }

    /** Leaves a read section. */
    public void rcuUnlock() {
        add(new Step(Kind.RCU_UNLOCK, "leaves the read section"));
    }

    /** Waits for a grace period. */
    public void synchronize() {
        add(new Step(Kind.GRACE_START, "a grace period begins"));
        add(new Step(Kind.GRACE_END, "the grace period ends"));
    }

    // ---- everything else -------------------------------------------------------------------------------------------

    /** Does something in one instant, in no order with other memory: calls foreign code, looks at ghosts. */
    public void act(String text, Action action) {
        add(new Step(Kind.ACT, text)).action = action;
    }

    /** As {@link #act}, after everything that the party did before: frees something, hands something over. */
    public void actOrdered(String text, Action action) {
        Step step = add(new Step(Kind.ACT, text));
        step.action = action;
        step.ordered = true;
    }

    /** Whether the program can come back to a place where it has been. */
    boolean loops() {
        for (int at = 0; at < steps.size(); at++) {
            Step step = steps.get(at);
            if ((step.kind == Kind.JUMP || step.kind == Kind.BRANCH) && step.target() <= at) {
                return true;
            }
        }
        return false;
    }

    // ---- for the explorer ------------------------------------------------------------------------------------------

    /** The finished program. */
    Step[] program() {
        here(end);
        if (steps.size() > MAX_STEPS) {
            throw new IllegalStateException(
                    "party " + name + " has " + steps.size() + " steps; " + MAX_STEPS + " is the limit");
        }
        return steps.toArray(new Step[0]);
    }

    private Step on(Kind kind, String text, Var variable, Mode mode) {
        Step step = add(new Step(kind, text));
        step.variable = variable;
        step.mode = mode;
        return step;
    }

    private Step add(Step step) {
        steps.add(step);
        return step;
    }

    @Override
    public String toString() {
        return name;
    }
}
