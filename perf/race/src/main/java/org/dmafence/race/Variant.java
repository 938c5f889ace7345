package org.dmafence.race;

import java.util.Set;

/**
 * One form of what a scenario shows.
 *
 * @param name as on the command line
 * @param about in a line
 * @param role whether it is to be clean
 * @param traits how it differs from others, for the programs
 */
public record Variant(String name, String about, Role role, Set<Enum<?>> traits) {
    /** What a variant is there for. */
    public enum Role {
        /** A step of history that was improved on. */
        HISTORY,
        /** To be clean: what it is compared with. */
        SOUND,
        /** A sound one with one mistake planted. */
        MUTANT
    }

    /** As an incident happened. */
    public static final Variant BROKEN = new Variant("broken", "as it happened", Role.HISTORY, Set.of());

    /** As it was repaired. */
    public static final Variant FIXED = new Variant("fixed", "as it was repaired", Role.SOUND, Set.of());

    /** Keeps the traits safe. */
    public Variant {
        traits = Set.copyOf(traits);
    }

    /** Whether it has a trait. */
    public boolean has(Enum<?> trait) {
        return traits.contains(trait);
    }
}
