package org.dmafence.capture;

/** How much more may come out of something packed than went into it. */
public final class Expansion {
    /** Below this nothing is too much. */
    public static final long HARMLESS = 256L << 20;

    /** Text of captures is packed to a tenth or twentieth. */
    public static final long MAX_RATIO = 500;

    private Expansion() {}

    /** Whether so many bytes come of so few as in no capture. */
    public static boolean isBomb(long unpacked, long packed) {
        return isBomb(unpacked, packed, HARMLESS);
    }

    /** The same for what is unpacked in one go, and has to have room before. */
    public static boolean isBomb(long unpacked, long packed, long harmless) {
        return unpacked > harmless && unpacked / MAX_RATIO > packed;
    }
}
