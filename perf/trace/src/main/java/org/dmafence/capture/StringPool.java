package org.dmafence.capture;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns byte ranges into strings, without allocating for those seen before. A trace repeats few names millions of
 * times. A full pool stops learning, so that a trace full of different names costs time, not memory.
 */
public final class StringPool {
    private static final int SLOTS = 8192;
    private static final int MAX_STRINGS = SLOTS / 2;

    private final byte[] @Nullable [] keys = new byte[SLOTS] @Nullable [];
    private final String[] values = new String[SLOTS];
    private int size;

    public String get(byte[] bytes, int from, int to) {
        if (from == to) {
            return "";
        }
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
        byte @Nullable [] key;
        while ((key = keys[slot]) != null) {
            if (Arrays.equals(key, 0, key.length, bytes, from, to)) {
                return values[slot];
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        String value = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        if (size < MAX_STRINGS) {
            keys[slot] = Arrays.copyOfRange(bytes, from, to);
            values[slot] = value;
            size++;
        }
        return value;
    }
}
