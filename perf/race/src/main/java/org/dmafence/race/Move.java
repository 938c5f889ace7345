package org.dmafence.race;

import java.util.Locale;

/**
 * One transition: who moves, how, and which store or load.
 *
 * @param index which entry of the buffer, or which variable; 0 otherwise
 */
record Move(int party, How how, int index) {
    /** The ways to move. */
    enum How {
        /** The next step. */
        STEP(0),
        /** The next step, a store, into the buffer. */
        BUFFER(1),
        /** The next step, a load, which is performed later. */
        DEFER(2),
        /** A store leaves the buffer. */
        DRAIN(3),
        /** A later load is performed now. */
        EARLY(4),
        /** The load that was put off is performed. */
        LATE(5),
        /** What a grace period does to a processor outside of any section: its barrier. */
        QUIESCE(6);

        private final int code;

        How(int code) {
            this.code = code;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final How[] HOWS = How.values();

    static int pack(int party, How how, int index) {
        return party << 16 | how.code << 8 | index;
    }

    static Move unpack(int packed) {
        return new Move(packed >> 16, HOWS[packed >> 8 & 0xff], packed & 0xff);
    }

    int pack() {
        return pack(party, how, index);
    }
}
