package org.dmafence.race;

import java.util.ArrayList;
import java.util.List;

/** A variable that parties share: a small number from 0 to {@value #MAX}. Made by {@link Model}. */
public final class Var {
    /** The largest value. */
    public static final int MAX = 250;

    final int index;
    final String name;
    final int initial;

    /** Whether it is there for the laws alone: read and written at once, in no order with anything. */
    final boolean ghost;

    private final boolean bits;
    private final List<String> values;

    Var(int index, String name, int initial, boolean ghost, boolean bits, String... values) {
        this.index = index;
        this.name = name;
        this.initial = initial;
        this.ghost = ghost;
        this.bits = bits;
        this.values = List.of(values);
    }

    /** A value in words. */
    String text(int value) {
        if (!bits) {
            return value < values.size() ? values.get(value) : String.valueOf(value);
        }
        List<String> set = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if ((value >> i & 1) != 0) {
                set.add(values.get(i));
            }
        }
        return set.isEmpty() ? "0" : String.join("+", set);
    }

    @Override
    public String toString() {
        return name;
    }
}
