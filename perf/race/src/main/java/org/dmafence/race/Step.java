package org.dmafence.race;

import java.util.Objects;
import java.util.function.IntPredicate;
import org.dmafence.race.Instant.Action;
import org.dmafence.race.Instant.Change;
import org.dmafence.race.Instant.Test;
import org.dmafence.race.Instant.Value;
import org.jspecify.annotations.Nullable;

/** One atomic step of a program. Those up to {@link Kind#JUMP} are a party's own business and take no turn. */
final class Step {
    enum Kind {
        SET,
        BRANCH,
        JUMP,
        LOAD,
        STORE,
        CHANGE,
        AWAIT,
        FENCE,
        RCU_LOCK,
        RCU_UNLOCK,
        GRACE_START,
        GRACE_END,
        ACT;

        boolean isLocal() {
            return this == SET || this == BRANCH || this == JUMP;
        }
    }

    private static final Value ZERO = now -> 0;

    final Kind kind;
    final String text;
    Mode mode = Mode.PLAIN;

    @Nullable Var variable;

    /** The variable that holds the address of this load's. */
    @Nullable Var address;

    @Nullable Reg reg;

    Value value = ZERO;
    Change change = (old, now) -> old;
    IntPredicate ready = old -> true;
    Test test = now -> false;
    Action action = now -> {};

    /** Where a jump, or a branch whose test fails, goes on. */
    Party.@Nullable Label label;

    /** Whether a change is a full fence, as the kernel's that return a value are and Java's are not. */
    boolean full;

    /** Whether an act is ordered after all the party did before, as {@code free} is. */
    boolean ordered;

    Step(Kind kind, String text) {
        this.kind = kind;
        this.text = text;
    }

    /** Where a jump leads. */
    int target() {
        return Objects.requireNonNull(label).at;
    }

    /** The variable of a step that has one. */
    Var variable() {
        return Objects.requireNonNull(variable);
    }

    /** Whether no later load may be performed before it. */
    boolean holdsLoads() {
        return switch (kind) {
            case LOAD -> mode.acquires();
            case CHANGE -> mode != Mode.OPAQUE;
            case AWAIT, FENCE, GRACE_START, GRACE_END -> true;
            case ACT -> ordered;
            default -> false;
        };
    }

    /** Whether everything earlier is performed before it: the buffer is empty and no load is outstanding. */
    boolean waitsForAll() {
        return switch (kind) {
            case CHANGE -> full;
            case FENCE, GRACE_START -> true;
            case ACT -> ordered;
            default -> false;
        };
    }

    /** Whether no earlier load may be performed after it. */
    boolean waitsForLoads() {
        return waitsForAll() || ((kind == Kind.STORE || kind == Kind.CHANGE) && mode.releases());
    }

    /** Whether what it stores may become visible after the party has gone on. */
    boolean maybeBuffered() {
        return kind == Kind.STORE || (kind == Kind.CHANGE && !full && mode != Mode.ACQUIRE);
    }
}
