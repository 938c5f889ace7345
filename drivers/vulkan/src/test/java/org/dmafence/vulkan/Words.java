package org.dmafence.vulkan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Buffers of words, and what the kernel makes of them. */
final class Words {
    private Words() {}

    static ByteBuffer room(int words) {
        return ByteBuffer.allocateDirect(4 * words).order(ByteOrder.nativeOrder());
    }

    /** The numbers from a first one on. */
    static ByteBuffer from(int first, int words) {
        ByteBuffer buffer = room(words);
        for (int i = 0; i < words; i++) {
            buffer.putInt(4 * i, first + i);
        }
        return buffer;
    }

    /** As {@code mix.comp} does it. */
    static int mixed(int word, int rounds) {
        int mixed = word;
        for (int round = 0; round < rounds; round++) {
            mixed = (mixed ^ (mixed >>> 15)) * 747796405 + (int) 2891336453L;
        }
        return mixed;
    }
}
