package org.dmafence.race;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.race.Machine.Broken;

/** A step's view of the state that it makes. */
final class Frame implements Instant {
    private final Layout layout;
    byte[] state = new byte[0];
    /** Whether the party is between steps, where nothing shared is looked at. */
    boolean local;

    /** Whether a register was asked for whose load is outstanding. */
    boolean unknown;

    final List<Broken> broken = new ArrayList<>(1);

    Frame(Layout layout) {
        this.layout = layout;
    }

    void enter(byte[] made) {
        state = made;
        local = false;
        unknown = false;
        broken.clear();
    }

    @Override
    public int get(Reg reg) {
        int value = SharedMemory.at(state, layout.register(reg));
        if (value == SharedMemory.UNKNOWN) {
            unknown = true;
            return 0;
        }
        return value;
    }

    @Override
    public int get(Var variable) {
        if (local) {
            throw new IllegalStateException("a condition looks at " + variable + "; load it into a register first");
        }
        return SharedMemory.at(state, variable.index);
    }

    @Override
    public void set(Reg reg, int value) {
        state[layout.register(reg)] = (byte) value;
    }

    @Override
    public void set(Var ghost, int value) {
        if (!ghost.ghost) {
            throw new IllegalStateException(ghost + " is no ghost; store to it");
        }
        state[ghost.index] = (byte) value;
    }

    @Override
    public void fail(Law law, String detail) {
        if (broken.stream().noneMatch(one -> one.law().equals(law))) {
            broken.add(new Broken(law, detail));
        }
    }
}
