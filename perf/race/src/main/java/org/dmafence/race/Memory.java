package org.dmafence.race;

import java.util.Locale;

/** Which executions of a model there are. What each allows is written in the package's description. */
public enum Memory {
    /** One step at a time, seen by all at once. */
    SC,
    /** Stores wait in buffers and loads are performed early or late, as far as the access modes allow. */
    WEAK;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
