package org.dmafence.capture.tracedat;

/** Reads integers of a known size and byte order. */
final class Numbers {
    private Numbers() {}

    static long unsigned(byte[] bytes, int at, int length, boolean bigEndian) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            int b = bytes[bigEndian ? at + i : at + length - 1 - i] & 0xff;
            value = value << 8 | b;
        }
        return value;
    }

    static long signed(byte[] bytes, int at, int length, boolean bigEndian) {
        int unused = 64 - 8 * length;
        return unsigned(bytes, at, length, bigEndian) << unused >> unused;
    }

    static int u32(byte[] bytes, int at, boolean bigEndian) {
        int value =
                (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
        return bigEndian ? Integer.reverseBytes(value) : value;
    }
}
