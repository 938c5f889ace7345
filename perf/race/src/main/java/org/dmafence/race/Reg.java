package org.dmafence.race;

/** A value of a party's own, which nobody else sees. Made by {@link Party}. */
public final class Reg {
    final int party;
    final int index;
    final String name;

    Reg(int party, int index, String name) {
        this.party = party;
        this.index = index;
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
