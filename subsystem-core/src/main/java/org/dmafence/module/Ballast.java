package org.dmafence.module;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Young objects that make G1 promote others. A concurrent collection of G1 counts as live whatever the young collection
 * that began it left young. Objects stay young for up to fifteen young collections, and a driver that was loaded lately
 * has its class loader among them: no concurrent collection would take it for minutes. G1 promotes after one young
 * collection, though, when the survivors of the one before filled more than half of their space. That is what the
 * ballast is for. It costs its bytes, and copying them once.
 *
 * <p>One thread's.
 */
final class Ballast {
    /** Half of the survivors' space is a sixteenth of the eden, unless flags say otherwise. */
    private static final int OF_EDEN = 10;

    private static final long MAX_BYTES = 256L << 20;
    /** Small enough for the smallest region. */
    private static final int PIECE = 50_000;

    /** The first young collection finds the ballast, the second promotes. */
    private static final int COLLECTIONS = 2;

    private final @Nullable GarbageCollectorMXBean young = young();
    private final long began = young == null ? 0 : young.getCollectionCount();
    private byte @Nullable [][] pieces = pieces();

    /** Releases it as soon as it has had its effect. */
    void look() {
        GarbageCollectorMXBean bean = young;
        if (bean == null || bean.getCollectionCount() - began >= COLLECTIONS) {
            pieces = null;
        }
    }

    /** How many bytes it holds. */
    long bytes() {
        byte[][] held = pieces;
        return held == null ? 0 : (long) held.length * PIECE;
    }

    private static byte @Nullable [][] pieces() {
        Runtime jvm = Runtime.getRuntime();
        long bytes = Math.min(edenBytes() / OF_EDEN, MAX_BYTES);
        long free = jvm.maxMemory() - (jvm.totalMemory() - jvm.freeMemory());
        if (bytes > free / 4) {
            return null; // rather no proof than no memory
        }
        try {
            byte[][] pieces = new byte[(int) (bytes / PIECE)][];
            for (int i = 0; i < pieces.length; i++) {
                pieces[i] = new byte[PIECE];
            }
            return pieces;
        } catch (OutOfMemoryError e) { // others took it meanwhile
            return null;
        }
    }

    private static long edenBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("G1 Eden Space"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getCommitted())
                .sum();
    }

    private static @Nullable GarbageCollectorMXBean young() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(bean -> bean.getName().equals("G1 Young Generation"))
                .findFirst()
                .orElse(null);
    }
}
