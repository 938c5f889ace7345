package org.dmafence.race;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The states seen so far, numbered in the order in which they were found, each with how it was reached. Used by one
 * thread.
 */
final class StateTable {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int CHUNK_BITS = 12;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private final int stride;
    private byte[][] chunks = new byte[16][];
    private int[] parents = new int[CHUNK];
    private int[] moves = new int[CHUNK];

    /** Numbers plus one, by hash; 0 is free. */
    private int[] table = new int[CHUNK * 2];

    private int size;

    StateTable(int stride) {
        this.stride = stride;
    }

    int size() {
        return size;
    }

    /** Adds a state if it is not there; its number. */
    int add(byte[] state, int parent, int move) {
        return add(state, parent, move, Integer.MAX_VALUE);
    }

    /** Adds a state if it is not there, unless there are as many as may be; its number, or -1. */
    int add(byte[] state, int parent, int move, int max) {
        int mask = table.length - 1;
        int place = hash(state, 0) & mask;
        for (; table[place] != 0; place = place + 1 & mask) {
            int id = table[place] - 1;
            int from = (id & CHUNK - 1) * stride;
            if (Arrays.equals(chunks[id >> CHUNK_BITS], from, from + stride, state, 0, stride)) {
                return id;
            }
        }
        if (size >= max) {
            return -1;
        }
        table[place] = size + 1;
        int chunk = size >> CHUNK_BITS;
        if (chunk == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunk * 2);
        }
        if ((size & CHUNK - 1) == 0) {
            chunks[chunk] = new byte[CHUNK * stride];
        }
        System.arraycopy(state, 0, chunks[chunk], (size & CHUNK - 1) * stride, stride);
        if (size == parents.length) {
            parents = Arrays.copyOf(parents, size * 2);
            moves = Arrays.copyOf(moves, size * 2);
        }
        parents[size] = parent;
        moves[size] = move;
        if (++size * 2 > table.length) {
            grow();
        }
        return size - 1;
    }

    void get(int id, byte[] state) {
        System.arraycopy(chunks[id >> CHUNK_BITS], (id & CHUNK - 1) * stride, state, 0, stride);
    }

    int parent(int id) {
        return parents[id];
    }

    int move(int id) {
        return moves[id];
    }

    private void grow() {
        int[] larger = new int[table.length * 2];
        int mask = larger.length - 1;
        for (int id = 0; id < size; id++) {
            int place = hash(chunks[id >> CHUNK_BITS], (id & CHUNK - 1) * stride) & mask;
            while (larger[place] != 0) {
                place = place + 1 & mask;
            }
            larger[place] = id + 1;
        }
        table = larger;
    }

    private int hash(byte[] bytes, int from) {
        long hash = 0;
        for (int i = 0; i < stride; i += Long.BYTES) {
            hash = (hash ^ (long) LONG.get(bytes, from + i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return (int) (hash ^ hash >>> 29);
    }
}
