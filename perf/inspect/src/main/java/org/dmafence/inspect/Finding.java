package org.dmafence.inspect;

/** What a person should know first. */
public record Finding(Level level, String text) {
    /** How it is meant. */
    public enum Level {
        /** As it should be. */
        GOOD,
        /** To know when reading the rest. */
        NOTE,
        /** Something is wrong with the machine, not with the capture. */
        BAD
    }
}
