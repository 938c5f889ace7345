package org.dmafence.race;

/** What a step sees and does at the instant it is taken. Valid during the call only. */
public interface Instant {
    /** A party's own value. */
    int get(Reg reg);

    /** What memory holds. For conditions and values of a program this is an error: a program reads by loading. */
    int get(Var variable);

    /** Sets an own value. */
    void set(Reg reg, int value);

    /** Sets a {@linkplain Model#ghost ghost}; other variables are stored to. */
    void set(Var ghost, int value);

    /** Reports a broken law; the schedule up to here is the proof. */
    void fail(Law law, String detail);

    /** Breaks the law unless the condition holds. */
    default void check(boolean holds, Law law, String detail) {
        if (!holds) {
            fail(law, detail);
        }
    }

    /** What a step does. */
    @FunctionalInterface
    interface Action {
        void at(Instant now);
    }

    /** A condition on the party's own values. */
    @FunctionalInterface
    interface Test {
        boolean at(Instant now);
    }

    /** A value made of the party's own values. */
    @FunctionalInterface
    interface Value {
        int at(Instant now);
    }

    /** What an atomic change makes of an old value. */
    @FunctionalInterface
    interface Change {
        int of(int old, Instant now);
    }
}
